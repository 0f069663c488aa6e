import { afterEach } from 'vitest'
import { mongodb } from '../../../adapters/database/mongodb/service-type.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { present } from '../../contract/scene.ts'
import { field, table } from '../../contract/world.ts'
import { startWireServer } from './wire-server.ts'

/** The driver itself against a server that says what the test wants: what is tested is ours, and how we use the driver. */
export function useWire() {
  const ends: (() => Promise<unknown>)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end()
  })
  return {
    async serve(options: Parameters<typeof startWireServer>[0] = {}) {
      const server = await startWireServer(options)
      ends.push(() => server.close())
      return server
    },
    async open(port: number, more: object = {}) {
      const config = { host: '127.0.0.1', port, database: 'shop', connect_timeout: 5, ...more }
      const context = { baseDir: '.', statementTimeoutMs: 20_000 }
      const adapter = await mongodb.open(mongodb.config.parse(config), context)
      ends.push(() => adapter.close())
      return adapter
    },
  }
}

export const people = present(
  buildSchema([
    table('people', {
      fields: [
        { ...field('_id', 'string'), dbType: 'objectId', default: { expression: 'ObjectId()' } },
        { ...field('name', 'string'), allowNull: true },
      ],
      primaryKey: ['_id'],
    }),
  ]).tables[0],
)
