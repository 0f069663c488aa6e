// The raw limit on MySQL and MariaDB: a bare fastify handler with mysql2, prepared statements and a pool of the same size.
import fastify from 'fastify'
import mysql from 'mysql2/promise'

const [uri, port, poolSize, fields] = process.argv.slice(2)
const pool = mysql.createPool({
  uri,
  connectionLimit: Number(poolSize),
  decimalNumbers: true,
  dateStrings: true,
})
const names = fields.split(',')
const columns = ['id', ...names].map((name) => `\`${name}\``).join(', ')
const list = `SELECT ${columns} FROM contacts WHERE active = true AND id > ? ORDER BY id LIMIT 25`
const one = `SELECT ${columns} FROM contacts WHERE active = true AND id = ?`

const app = fastify({ bodyLimit: 10 * 1024 * 1024 })
app.get('/contacts', async (request) => {
  const [rows] = await pool.execute(list, [request.query.after])
  return { resource: rows }
})
app.get('/contacts/:id', async (request) => {
  const [rows] = await pool.execute(one, [request.params.id])
  return rows[0]
})
app.post('/inbox', async (request) => {
  const records = request.body
  const connection = await pool.getConnection()
  try {
    await connection.beginTransaction()
    const groups = records.map(() => `(${names.map(() => '?').join(',')})`).join(',')
    const [{ insertId }] = await connection.execute(
      `INSERT INTO inbox (${names.join(',')}) VALUES ${groups}`,
      records.flatMap((record) => names.map((name) => record[name])),
    )
    await connection.commit()
    return { resource: records.map((_, index) => ({ id: insertId + index })) }
  } finally {
    connection.release()
  }
})
await app.listen({ host: '127.0.0.1', port: Number(port) })
process.on('SIGTERM', () => app.close().then(() => pool.end()))
