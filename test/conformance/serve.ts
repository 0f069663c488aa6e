import { InMemoryServerEventBus } from '@modelcontextprotocol/server'
import { createHostGuard } from '../../src/http/host-guard.ts'
import { createHttpServer } from '../../src/http/server.ts'
import { createChanges } from '../../src/mcp/changes.ts'
import { registerMcp } from '../../src/mcp/http.ts'
import { SESSION_LIMITS } from '../../src/mcp/session-limits.ts'
import { execute } from '../../src/operations/execute.ts'
import { openIdempotencyBook } from '../helpers/idempotency.ts'
import { NO_LIMITS } from '../helpers/no-limits.ts'
import { ADMIN, openShop } from '../helpers/shop.ts'
import { fixtureServer } from './fixture.ts'

// Our HTTP door with the suite's fixtures behind it, on any free port of this machine; prints the address.
const bus = new InMemoryServerEventBus()
const { services } = await openShop()
const app = await createHttpServer({ hostGuard: createHostGuard() })
await registerMcp(app, {
  tools: [],
  services,
  execute,
  limits: NO_LIMITS,
  idempotency: openIdempotencyBook(),
  changes: createChanges(),
  authenticate: async () => ADMIN,
  resultBytes: 24_000,
  configVersion: () => '1',
  serverInfo: { name: 'sluice', version: '0' },
  logError: (error) => console.error(error),
  fastPath: false,
  sessions: SESSION_LIMITS,
  makeServer: () => fixtureServer(bus),
  bus,
})
const address = await app.listen({ host: '127.0.0.1', port: 0 })
console.log(`${address.replace('127.0.0.1', 'localhost')}/mcp/shop`)
process.once('SIGTERM', () => void app.close())
