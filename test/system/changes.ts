import fc from 'fast-check'
import type { Records } from '../../src/core/database/adapter.ts'
import type { Row, Value } from '../../src/core/database/value.ts'
import { AppError } from '../../src/core/errors.ts'
import { rowsOf } from '../../src/system/records.ts'
import type { Snapshot } from '../../src/system/snapshot.ts'
import { SNAPSHOT_TABLES } from '../../src/system/snapshot-state.ts'
import type { SystemStore } from '../../src/system/store.ts'
import { keyring } from './world.ts'

/** One write, by numbers that pick among what is there. */
interface RandomWrite {
  readonly table: number
  readonly kind: 'insert' | 'update' | 'delete'
  readonly pick: number
  readonly other: number
}

/** One transaction, on one of two servers. */
export interface RandomTransaction {
  readonly node: 0 | 1
  readonly writes: readonly RandomWrite[]
  /** At its end it fails. */
  readonly fails: boolean
  /** The server then takes in what was committed; else it does so some time later. */
  readonly refreshes: boolean
}

const write: fc.Arbitrary<RandomWrite> = fc.record({
  table: fc.nat(SNAPSHOT_TABLES.length - 1),
  kind: fc.constantFrom('insert', 'insert', 'insert', 'update', 'update', 'delete'),
  pick: fc.nat(1_000),
  other: fc.nat(1_000),
})

export const transactions: fc.Arbitrary<RandomTransaction[]> = fc.array(
  fc.record({
    node: fc.constantFrom(0 as const, 1 as const),
    writes: fc.array(write, { minLength: 1, maxLength: 5 }),
    fails: fc.boolean(),
    refreshes: fc.boolean(),
  }),
  { minLength: 10, maxLength: 30 },
)

/** A conflict ends the transaction, as it does for any writer. */
export async function run(store: SystemStore, { writes, fails }: RandomTransaction): Promise<void> {
  const signal = new AbortController().signal
  try {
    await store.database.transaction(
      async (records) => {
        for (const each of writes) await writeOne(records, each)
        if (fails) throw new AppError('conflict', 'It was meant to fail.')
      },
      { signal, retry: true },
    )
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error
  }
}

/** As plain values in one order, whatever the maps are made of. */
export function plain(snapshot: Snapshot): unknown {
  return plainValue({ ...snapshot })
}

function plainValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plainValue)
  if (typeof value !== 'object' || value === null) return value
  if (Symbol.iterator in value && 'get' in value) {
    const entries = [...(value as ReadonlyMap<unknown, unknown>)]
    return entries.map(([key, of]) => [String(key), plainValue(of)]).sort()
  }
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, plainValue(of)]))
}

async function writeOne(records: Records, { table: at, kind, pick, other }: RandomWrite): Promise<void> {
  const table = SNAPSHOT_TABLES[at % SNAPSHOT_TABLES.length] ?? SNAPSHOT_TABLES[0]
  if (!table) return
  const options = { signal: new AbortController().signal }
  const rows = await rowsOf(records, table, options.signal)
  const row = rows[pick % Math.max(rows.length, 1)]
  const values = await valuesOf(table.name, records, { pick, other })
  if (kind === 'insert' || !row) {
    await records.insert({ table, rows: [values], returning: [] }, options)
    return
  }
  const where = { op: '=', field: 'id', value: Number(row.id) } as const
  if (kind === 'delete') {
    await records.delete({ table, where, returning: [] }, options)
    return
  }
  await records.update({ table, set: partOf(values, other), where, returning: [] }, options)
}

type Values = Readonly<Record<string, Value>>
type Picks = { readonly pick: number; readonly other: number }

function partOf(values: Values, number: number): Values {
  const entries = Object.entries(values)
  const some = entries.filter((_, at) => at % 3 === number % 3)
  return Object.fromEntries(some.length > 0 ? some : entries)
}

/** Names from a small set, so that records take over each other's. */
async function valuesOf(table: string, records: Records, { pick, other }: Picks): Promise<Values> {
  const name = `n${other % 40}`
  const stamps = { created_date: DATE, last_modified_date: DATE }
  const idIn = async (of: string, number: number): Promise<number | null> =>
    idAmong(await rowsOfTable(of, records), number)
  const isOn = other % 3 !== 0
  switch (table) {
    case 'service':
      return {
        ...stamps,
        name,
        label: name,
        type: 'box',
        is_active: isOn,
        config: { json: { database: name } },
      }
    case 'role':
      return { ...stamps, name, is_active: isOn }
    case 'role_service_access':
      return {
        ...stamps,
        role_id: (await idIn('role', pick)) ?? 0,
        service_id: await idIn('service', other),
        component: name,
        verb_mask: other % 32,
        requestor_mask: 1,
        filters: { json: [{ name: 'a', operator: '=', value: other }] },
      }
    case 'app':
      return {
        ...stamps,
        name,
        api_key_hash: keyring.apiKeyHash(name),
        is_active: isOn,
        role_id: await idIn('role', pick),
      }
    case 'user':
      return { ...stamps, name, username: name, email: `${name}@example.com`, is_active: isOn }
    case 'user_to_app_to_role':
      return {
        user_id: (await idIn('user', pick)) ?? 0,
        app_id: (await idIn('app', other)) ?? 0,
        role_id: (await idIn('role', pick + other)) ?? 0,
      }
    case 'lookup':
      return {
        ...stamps,
        name,
        value: other % 2 === 0 ? keyring.encrypt(name, 'lookup.value') : name,
        private: other % 2 === 0,
        ...(pick % 4 === 1 && { role_id: await idIn('role', other) }),
        ...(pick % 4 === 2 && { app_id: await idIn('app', other) }),
        ...(pick % 4 === 3 && { user_id: await idIn('user', other) }),
      }
    case 'limit':
      return {
        ...stamps,
        name,
        type: 'instance',
        rate: other,
        period: 'day',
        key_text: name,
        is_active: isOn,
        service_id: await idIn('service', pick),
        role_id: await idIn('role', other),
      }
    case 'schema_extras':
      return {
        service_id: (await idIn('service', pick)) ?? 0,
        table_name: name,
        extras: { json: { alias: `a${pick % 9}`, fields: {}, relations: {}, virtualRelations: [] } },
      }
    case 'tool':
      return {
        ...stamps,
        name,
        service_id: (await idIn('service', pick)) ?? 0,
        description: name,
        operation: 'get_table_data',
        parameters: { json: [] },
        arguments: { json: { table_name: name } },
        is_active: isOn,
      }
    case 'cors':
      return { ...stamps, path: `api/${name}`, origin: '*', header: '*', method: other % 32, enabled: isOn }
    default:
      throw new Error(`What a record of '${table}' looks like is not told here.`)
  }
}

const DATE = '2026-01-02 03:04:05'

async function rowsOfTable(name: string, records: Records): Promise<readonly Row[]> {
  const table = SNAPSHOT_TABLES.find((known) => known.name === name)
  return table ? await rowsOf(records, table, new AbortController().signal) : []
}

function idAmong(rows: readonly Row[], number: number): number | null {
  const row = rows[number % Math.max(rows.length, 1)]
  return row ? Number(row.id) : null
}
