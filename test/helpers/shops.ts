import { openMemory } from '../../adapters/database/memory/open.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import { compilePolicy } from '../../src/access/policy.ts'
import type { AccessPolicy, Verb } from '../../src/core/policy.ts'
import { VERB_BIT } from '../../src/core/policy.ts'
import type { DatabaseService, ServiceInfo, Services } from '../../src/core/service.ts'
import { runningService } from '../../src/services/running-service.ts'
import { extrasInMemory } from './extras-in-memory.ts'
import { fillShop } from './shop.ts'
import { spendsOnce } from './spends-once.ts'

interface ShopsOptions {
  /** Of these, the ones that are switched off. */
  readonly off?: readonly string[]
  /** Of these, the ones whose database cannot be reached. */
  readonly down?: readonly string[]
}

/** Services of these names, each a shop of its own in memory. */
export async function openShops(
  names: readonly string[],
  { off = [], down = [] }: ShopsOptions = {},
): Promise<Services> {
  const infos = names.map((name, index) => infoOf(name, index + 1, !off.includes(name)))
  const extras = extrasInMemory(infos)
  const running = new Map<string, DatabaseService>()
  for (const info of infos) {
    const adapter = openMemory()
    await fillShop(adapter)
    const settings = { maxRecords: 1000, allowUpsert: false, haltsOnError: false }
    running.set(info.name, runningService({ info, settings, adapter, extras }))
  }
  const find = (name: string) => infos.find((info) => info.name === name.toLowerCase())
  return {
    seal: createKeyring(new Uint8Array(32)).seal,
    spend: spendsOnce(),
    list: () => infos,
    find,
    capabilities: (name) => running.get(name)?.adapter.capabilities ?? new Set(),
    tableNamed: (_, name) => name,
    settings: (name) => running.get(name)?.settings,
    opened: (name) => (down.includes(name) ? undefined : running.get(name)),
    async open(name) {
      const service = running.get(name)
      if (!service || down.includes(name)) throw new Error('connect ECONNREFUSED')
      return service
    },
  }
}

function infoOf(name: string, id: number, isActive: boolean): ServiceInfo {
  return { id, name, label: name, description: '', type: 'test', kind: 'database', isActive }
}

/** A role that may use the verbs on all tables of the services. */
export function policyOn(roleId: number, services: readonly string[], verbs: readonly Verb[]): AccessPolicy {
  const rules = services.map((service) => ({
    service,
    component: '_table/*',
    verbMask: verbs.reduce((mask, verb) => mask | VERB_BIT[verb], 0),
    requestorMask: 1,
    filters: [],
    filterOp: 'AND' as const,
  }))
  return compilePolicy({ roleId, version: 1, rules, lookups: new Map() })
}
