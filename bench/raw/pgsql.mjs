// The raw limit on PostgreSQL: a bare fastify handler with pg, prepared statements and a pool of the same size.
import fastify from 'fastify'
import pg from 'pg'

const [connectionString, port, poolSize, fields] = process.argv.slice(2)
const pool = new pg.Pool({ connectionString, max: Number(poolSize) })
const names = fields.split(',')
const columns = ['id', ...names].map((name) => `"${name}"`).join(', ')
const list = `SELECT ${columns} FROM contacts WHERE active = true AND id > $1 ORDER BY id LIMIT 25`
const one = `SELECT ${columns} FROM contacts WHERE active = true AND id = $1`

const app = fastify({ bodyLimit: 10 * 1024 * 1024 })
app.get('/contacts', async (request) => {
  const { rows } = await pool.query({ name: 'list', text: list, values: [request.query.after] })
  return { resource: rows }
})
app.get('/contacts/:id', async (request) => {
  const { rows } = await pool.query({ name: 'one', text: one, values: [request.params.id] })
  return rows[0]
})
app.post('/inbox', async (request) => {
  const records = request.body
  const groups = records.map(
    (_, row) => `(${names.map((_name, at) => `$${row * names.length + at + 1}`).join(',')})`,
  )
  const text = `INSERT INTO inbox (${names.join(',')}) VALUES ${groups.join(',')} RETURNING id`
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const { rows } = await client.query({
      name: `insert ${records.length}`,
      text,
      values: records.flatMap((record) => names.map((name) => record[name])),
    })
    await client.query('COMMIT')
    return { resource: rows }
  } finally {
    client.release()
  }
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.on('SIGTERM', () => app.close().then(() => pool.end()))
