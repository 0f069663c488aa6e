import { setMaxListeners } from 'node:events'
import { afterAll, beforeAll } from 'vitest'
import { csvLine } from '../../src/core/csv.ts'
import type { DatabaseAdapter, Records } from '../../src/core/database/adapter.ts'
import type { Filter, Order, SelectQuery, SelectResult } from '../../src/core/database/query.ts'
import type { DatabaseSchema, Table } from '../../src/core/database/schema.ts'
import type { Row, Value } from '../../src/core/database/value.ts'
import { createWorld, type Differences, nameIn } from './world.ts'

/** An engine under test: each start gives an empty database of its own. */
export interface Engine {
  readonly name: string
  /** The statements that make the routines of the contract; there with the capabilities for them. */
  readonly routines?: readonly string[]
  readonly differs?: Differences
  start(): Promise<StartedEngine>
  /** What the server of the tests cannot do, where the engine's own could: those tests are skipped, and say why. */
  gaps?(): Promise<readonly Gap[]>
}

export interface Gap {
  /** The names of the topic, of describes and of the test, joined by ` > `; or the beginning of it. */
  readonly test: string
  readonly why: string
}

interface StartedEngine {
  readonly adapter: DatabaseAdapter
  /** A statement in the engine's own language, past the adapter. */
  execute?(text: string): Promise<unknown>
  stop(): Promise<void>
}

type Values = { readonly [field: string]: Value }
type ReadOptions = Partial<Omit<SelectQuery, 'table' | 'as'>>

/** The world in a fresh database, for the tests of one topic, and short words for what they do with it. */
export interface Scene {
  readonly adapter: DatabaseAdapter
  readonly schema: DatabaseSchema
  /** Past the adapter, where the engine has a language for it. */
  execute(text: string): Promise<unknown>
  table(name: string): Table
  /** All fields and up to 1000 rows unless told otherwise. */
  query(name: string, options?: ReadOptions): SelectQuery
  read(name: string, options?: ReadOptions, records?: Records): Promise<readonly Row[]>
  /** The ids of the rows that match, in ascending order. */
  ids(name: string, where: Filter): Promise<unknown[]>
  count(name: string, where?: Filter, records?: Records): Promise<unknown>
  /** Inserts rows and gives them back, all fields. */
  insert(name: string, rows: readonly Values[], records?: Records): Promise<readonly Row[]>
}

/** Never aborted; shared by any number of calls at once. */
export const calm = { signal: new AbortController().signal }
setMaxListeners(0, calm.signal)

export const asc = (by: string): Order => ({ by, direction: 'asc' })
export const desc = (by: string): Order => ({ by, direction: 'desc' })
export const equals = (field: string, value: Exclude<Value, null>): Filter => ({ op: '=', field, value })

/** Starts the engine before the tests of the surrounding `describe` and stops it after them. */
export function useScene(engine: Engine): Scene {
  let started: StartedEngine | undefined
  let schema: DatabaseSchema | undefined
  beforeAll(async () => {
    started = await engine.start()
    schema = await createWorld(started.adapter, engine.differs)
  })
  afterAll(() => started?.stop())
  const scene: Scene = {
    get adapter() {
      return present(started).adapter
    },
    get schema() {
      return present(schema)
    },
    execute: (text) => present(present(started).execute)(text),
    table: (name) =>
      present(present(schema).tableByName.get(nameIn(engine.differs ?? {}, name).toLowerCase())),
    query: (name, options = {}) => {
      const table = scene.table(name)
      const isGrouped = options.groupBy || options.aggregates
      const fields = isGrouped ? (options.groupBy ?? []) : table.fields.map((field) => field.name)
      return { table, fields, limit: 1000, as: 'rows', ...options }
    },
    read: async (name, options, records = scene.adapter) =>
      rowsOf(await records.select(scene.query(name, options), calm)),
    ids: async (name, where) => {
      const rows = await scene.read(name, { fields: ['id'], where, orderBy: [asc('id')] })
      return rows.map((row) => row.id)
    },
    count: async (name, where, records) => {
      const aggregates = [{ function: 'COUNT', field: '*', alias: 'n' }] as const
      const [row] = await scene.read(name, { aggregates, ...(where && { where }) }, records)
      return row?.n
    },
    insert: async (name, rows, records = scene.adapter) => {
      const table = scene.table(name)
      const returning = table.fields.map((field) => field.name)
      return (await records.insert({ table, rows, returning }, calm)).rows
    },
  }
  return scene
}

/** For tests of foreign keys. */
export function requireRelations({ adapter }: Scene, skip: (why: string) => void): void {
  if (!adapter.capabilities.has('relations')) skip('the engine has no foreign keys')
}

/** The rows of an answer, whichever form it has. */
export function rowsOf(result: SelectResult): readonly Row[] {
  return 'rows' in result ? result.rows : JSON.parse(result.json)
}

/** The lines beside a text, and those of its rows; the same where the engine gives none. */
export function linesOf(result: SelectResult): { readonly told: string; readonly ofRows: string } {
  const rows = rowsOf(result)
  const ofRows = rows.map((row) => csvLine(Object.values(row))).join('\n')
  const told = 'json' in result && result.lines !== undefined ? JSON.parse(`"${result.lines}"`) : ofRows
  return { told, ofRows }
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Not there.')
  return value
}
