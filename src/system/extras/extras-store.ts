import { createHash, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Records } from '../../core/database/adapter.ts'
import { NO_EXTRAS, NO_TABLE_EXTRAS, type TableExtras } from '../../core/database/extras.ts'
import { AppError } from '../../core/errors.ts'
import type { ExtrasChange } from '../../core/service.ts'
import type { ExtrasStore } from '../../services/running-service.ts'
import { EXTRAS_TABLE } from '../bookkeeping.ts'
import { callSignal, rowsOf, tableNamed } from '../records.ts'
import { renameEffects } from '../rights/rename-effects.ts'
import { readRows } from '../row-schemas.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemStore } from '../store.ts'
import { type ExtrasRow, extrasRow } from './extras-row.ts'
import { CATALOGUE_MARK } from './service-extras.ts'

const TABLE = tableNamed(EXTRAS_TABLE)

/** What is kept of tables beside their databases, in the system database. */
export function createExtrasStore(
  store: Pick<SystemStore, 'snapshot' | 'database' | 'refresh'>,
): ExtrasStore {
  const byId = servicesById(store.snapshot)
  return {
    of: (serviceId) => store.snapshot().extras.get(serviceId) ?? NO_EXTRAS,
    async change(serviceId, change, { renew = false, check = false } = {}) {
      if (!byId().names.has(serviceId)) return keepNothing(change)
      const signal = callSignal()
      if (check) {
        change(tablesOf(readRows(extrasRow, await rowsOf(store.database, TABLE, signal)), serviceId))
        return
      }
      const marked: ExtrasChange = (now) => (renew ? new Map([...change(now), newMark()]) : change(now))
      await store.database.transaction((records) => write(records, serviceId, marked, signal), {
        signal,
        retry: true,
      })
      await store.refresh()
    },
    renameEffects: (serviceId, rename) => renameEffects(serviceId, rename, store.snapshot()),
    serviceName: (id) => byId().names.get(id),
    namesVersion: () => byId().version,
  }
}

function newMark() {
  return [CATALOGUE_MARK, { ...NO_TABLE_EXTRAS, label: randomUUID() }] as const
}

/** A service of the command line lives for one run: what would be kept for it would be nobody's afterwards. */
function keepNothing(change: ExtrasChange): void {
  const kept = change(new Map())
  if ([...kept.values()].some((extras) => extras && !isNothing(extras))) throw notKept()
}

function tablesOf(rows: readonly ExtrasRow[], serviceId: number): ReadonlyMap<string, TableExtras> {
  return new Map(
    rows.filter((row) => row.serviceId === serviceId).map(({ table, extras }) => [table, extras]),
  )
}

interface ServiceNames {
  readonly names: ReadonlyMap<number, string>
  readonly version: string
}

/** Made once for each snapshot. */
function servicesById(snapshot: () => Snapshot): () => ServiceNames {
  let of: Snapshot | undefined
  let made: ServiceNames = { names: new Map(), version: '' }
  return () => {
    const now = snapshot()
    if (now === of) return made
    of = now
    const names = new Map(now.services.map(({ id, name }) => [id, name]))
    made = {
      names,
      version: createHash('sha256')
        .update(JSON.stringify([...names]))
        .digest('hex')
        .slice(0, 16),
    }
    return made
  }
}

async function write(records: Records, serviceId: number, change: ExtrasChange, signal: AbortSignal) {
  const rows = readRows(extrasRow, await rowsOf(records, TABLE, signal)).filter(
    (row) => row.serviceId === serviceId,
  )
  const changed = change(tablesOf(rows, serviceId))
  for (const [table, extras] of changed) {
    for (const row of rows.filter((one) => one.table === table))
      await records.delete(
        { table: TABLE, where: { op: '=', field: 'id', value: row.id }, returning: [] },
        { signal },
      )
    if (extras && !isNothing(extras)) await insert(records, { serviceId, table, extras }, signal)
  }
}

/** What is kept of the tables of a service becomes this; what is the same is not written. */
export function replaceExtras(
  records: Records,
  serviceId: number,
  tables: ReadonlyMap<string, TableExtras>,
  signal: AbortSignal,
): Promise<void> {
  const change: ExtrasChange = (now) => {
    const gone = [...now.keys()].filter((name) => name !== CATALOGUE_MARK && !tables.has(name))
    const changed = [...tables].filter(([name, extras]) => !isDeepStrictEqual(now.get(name), extras))
    return new Map([...gone.map((name) => [name, undefined] as const), ...changed])
  }
  return write(records, serviceId, change, signal)
}

async function insert(
  records: Records,
  { serviceId, table, extras }: { serviceId: number; table: string; extras: TableExtras },
  signal: AbortSignal,
): Promise<void> {
  const row = {
    service_id: serviceId,
    table_name: table,
    extras: { json: JSON.parse(JSON.stringify(extras)) },
  }
  await records.insert({ table: TABLE, rows: [row], returning: [] }, { signal })
}

function isNothing(extras: TableExtras): boolean {
  const { fields, relations, virtualRelations, ...words } = extras
  return (
    virtualRelations.length === 0 &&
    [fields, relations, words].every((part) => Object.keys(part).length === 0)
  )
}

function notKept(): AppError {
  return new AppError(
    'not_supported',
    'Nothing can be kept beside the tables of this service: it is not stored.',
    {
      hint: 'Aliases, labels, rules and relations of its own need a service that is configured, not one of the command line.',
    },
  )
}
