import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { serviceTypes } from '../../adapters/all.ts'
import type { DatabaseAdapter, Records } from '../../src/core/database/adapter.ts'
import { buildSchema } from '../../src/core/database/build-schema.ts'
import type { Filter } from '../../src/core/database/query.ts'
import type { DatabaseSchema, Table } from '../../src/core/database/schema.ts'
import type { Row, Value } from '../../src/core/database/value.ts'
import { calm, present, rowsOf } from '../contract/scene.ts'
import type { OwnServer } from '../contract/servers/own-server.ts'
import type { FaultEngine } from './engine.ts'

interface Session {
  readonly id: string
  readonly statement: string | undefined
  /** Within a transaction. */
  readonly isOpen: boolean
}

/** An adapter and the tables of its database. */
export interface Opened {
  readonly adapter: DatabaseAdapter
  table(name: string): Table
  read(
    name: string,
    options?: { where?: Filter; records?: Records; signal?: AbortSignal },
  ): Promise<readonly Row[]>
  insert(name: string, rows: readonly { readonly [field: string]: Value }[], records?: Records): Promise<void>
}

/** A server of the test's own, and for each test a filled database on it. */
export interface FaultScene {
  readonly server: OwnServer
  /** Of the database of the test. */
  readonly url: string
  query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>
  /** Who is connected to the database, but for the test itself. */
  sessions(): Promise<readonly Session[]>
  /** A service on the database; closed when the test ends. */
  open(config?: object): Promise<Opened>
}

/** Limits that no call meets while all is well, however busy the machine is. */
export const LIMITS = { statement_timeout: 20, connect_timeout: 20 }

/** Limits that a test can wait for: a busy machine still reads a schema within them. */
export const SHORT_LIMITS = { statement_timeout: 3, connect_timeout: 3 }

export function useFaultScene(engine: FaultEngine): FaultScene {
  let server: OwnServer | undefined
  let url = ''
  let count = 0
  const closers: (() => Promise<void>)[] = []
  beforeAll(async () => {
    server = await engine.start()
  })
  beforeEach(async () => {
    const name = `faults_${++count}`
    await engine.databases.create(present(server).url, name)
    const own = new URL(present(server).url)
    own.pathname = `/${name}`
    url = own.href
    for (const statement of engine.world) await engine.databases.query(url, statement)
  })
  afterEach(async () => {
    for (const close of closers.splice(0)) await close()
  })
  afterAll(() => server?.stop())

  const query = (text: string) => engine.databases.query(url, text)
  return {
    get server() {
      return present(server)
    },
    get url() {
      return url
    },
    query,
    sessions: async () =>
      (await query(engine.sessions)).map(({ id, statement, isOpen }) => ({
        id: String(id),
        statement: statement === null ? undefined : String(statement),
        isOpen: Number(isOpen) === 1,
      })),
    open: async (config = {}) => {
      const adapter = await openService(engine.type, { url, ...LIMITS, ...config })
      closers.push(() => adapter.close())
      return opened(adapter, await adapter.readSchema(calm))
    },
  }
}

/** Opens a service as the program does: config checked, defaults filled in. */
export function openService(typeName: string, config: object): Promise<DatabaseAdapter> {
  const type = present(serviceTypes.find(({ name }) => name === typeName))
  return type.open(type.config.parse(config), { baseDir: '.', statementTimeoutMs: 10_000 })
}

function opened(adapter: DatabaseAdapter, definitions: Parameters<typeof buildSchema>[0]): Opened {
  const schema: DatabaseSchema = buildSchema(definitions)
  const table = (name: string) => present(schema.tableByName.get(name))
  return {
    adapter,
    table,
    read: async (name, { where, records = adapter, signal = calm.signal } = {}) => {
      const { fields } = table(name)
      const names = fields.map((field) => field.name)
      const query = {
        table: table(name),
        fields: names,
        limit: 1000,
        as: 'rows',
        ...(where && { where }),
      } as const
      return rowsOf(await records.select(query, { signal }))
    },
    insert: async (name, rows, records = adapter) => {
      await records.insert({ table: table(name), rows, returning: [] }, calm)
    },
  }
}

/** Waits until the claim holds, asking again and again; fails after half a minute, half of what reading `slow` takes. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const limitMs = 30_000
  const start = performance.now()
  while (!(await holds())) {
    if (performance.now() - start > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`)
    await pause(20)
  }
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** How a promise ended. */
export async function outcome<T>(promise: Promise<T>): Promise<{ value?: T; error?: unknown }> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
}
