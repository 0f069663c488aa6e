/** Reads the schema of a database as a service does: time, columns, and the memory that it takes. Run with --expose-gc. */
import { serviceTypes } from '../../dist/adapters/all.js'
import { buildSchema } from '../../dist/src/core/database/build-schema.js'

const [typeName, url] = process.argv.slice(2)
const type = serviceTypes.find(({ name }) => name === typeName)
const adapter = await type.open(type.config.parse({ url }), { baseDir: '.', statementTimeoutMs: 60_000 })
const { signal } = new AbortController()
await adapter.ping({ signal })
const before = heapMb()
const start = performance.now()
const schema = buildSchema(await adapter.readSchema({ signal }))
const readMs = performance.now() - start
const heap = heapMb() - before
const columns = schema.tables.reduce((sum, { fields }) => sum + fields.length, 0)
console.log(JSON.stringify({ readMs, heapMb: heap, columns }))
await adapter.close()

function heapMb() {
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}
