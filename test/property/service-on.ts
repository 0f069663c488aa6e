import { createKeyring } from '../../src/access/keyring.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import type { Operation } from '../../src/core/operation.ts'
import type { ServiceInfo, Services } from '../../src/core/service.ts'
import { execute } from '../../src/operations/execute.ts'
import { runningService } from '../../src/services/running-service.ts'
import { extrasInMemory } from '../helpers/extras-in-memory.ts'
import { ADMIN } from '../helpers/shop.ts'
import { spendsOnce } from '../helpers/spends-once.ts'

/** Runs an operation of a service as an administrator. */
export type Asked = <I, O>(operation: Operation<I, O>, input: unknown) => Promise<O>

export function serviceOn(adapter: DatabaseAdapter): Asked {
  const info: ServiceInfo = {
    id: 1,
    name: 'world',
    label: 'World',
    description: '',
    type: 'test',
    kind: 'database',
    isActive: true,
  }
  const settings = { maxRecords: 1000, allowUpsert: false, haltsOnError: false }
  const service = runningService({ info, settings, adapter, extras: extrasInMemory([info]) })
  const services: Services = {
    seal: createKeyring(new Uint8Array(32)).seal,
    spend: spendsOnce(),
    list: () => [info],
    find: () => info,
    capabilities: () => adapter.capabilities,
    tableNamed: (_, name) => name,
    settings: () => settings,
    opened: () => service,
    open: async () => service,
  }
  const { signal } = new AbortController()
  return (operation, input) =>
    execute(operation, { service: 'world', input, caller: ADMIN, services, signal })
}
