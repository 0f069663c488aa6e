// The raw limit to compare with: a bare fastify handler that selects 25 rows with better-sqlite3 and serialises them.
import Database from 'better-sqlite3'
import fastify from 'fastify'

const [file, port] = process.argv.slice(2)
const database = new Database(file, { readonly: true })
const select = database.prepare('SELECT * FROM orders WHERE id > ? ORDER BY id LIMIT 25')
const app = fastify()
app.get('/orders', (request) => ({ resource: select.all(Number(request.query.after)) }))
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.on('SIGTERM', () => app.close())
