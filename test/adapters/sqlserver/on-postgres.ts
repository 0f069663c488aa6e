import pg from 'pg'
import { z } from 'zod'
import type { PythonLines } from '../../grammar/python-lines.ts'
import { type DoubleSession, type Sent, serverError, type Told } from './double.ts'
import { isAskedOfAll, YES } from './full-server.ts'

/** A step that a statement of T-SQL comes down to: see tsql_on_postgres.py. */
const answer = z.object({
  problems: z.array(z.string()),
  steps: z.array(
    z.object({
      do: z.enum(['sql', 'begin', 'commit', 'rollback', 'identity', 'set']),
      sql: z.string().optional(),
      /** The other rows of an insert. */
      more: z.array(z.string()).optional(),
      kind: z.string().optional(),
      table: z.string().nullish(),
      on: z.boolean().optional(),
      onlyIf: z.string().nullish(),
    }),
  ),
})
type Step = z.output<typeof answer>['steps'][number]

/** A session that runs T-SQL on PostgreSQL: what statements mean is tried out, not whether SQL Server takes them. */
export async function onPostgres(url: string, python: PythonLines): Promise<DoubleSession> {
  const client = new pg.Client({
    connectionString: url,
    types: { getTypeParser: () => (text: string) => text },
  })
  client.on('error', () => {})
  await client.connect()
  await client.query(
    "set search_path to dbo, sys; set timezone to 'UTC'; set extra_float_digits to 1; set bytea_output to 'hex'",
  )
  return new Session(client, url, python)
}

class Session implements DoubleSession {
  readonly #client: pg.Client
  readonly #url: string
  readonly #python: PythonLines
  /** @@trancount */
  #open = 0
  #numbered: string | undefined

  constructor(client: pg.Client, url: string, python: PythonLines) {
    this.#client = client
    this.#url = url
    this.#python = python
  }

  async run({ sql, parameters }: Sent): Promise<Told> {
    if (isAskedOfAll(sql)) return YES
    if (sql.startsWith('exec sp_rename ')) return this.#rename(sql, parameters)
    const { problems, steps } = await translated(this.#python, sql)
    const isTooDeep = problems.some((problem) => problem.startsWith('RecursionError'))
    if (problems.length > 0)
      return { error: serverError(isTooDeep ? 191 : 102, `${problems.join('; ')}: ${sql.slice(0, 1000)}`) }
    const sets: NonNullable<Told['sets']>[number][] = []
    const counts: number[] = []
    try {
      for (const step of steps) {
        if (step.onlyIf === 'none' && (counts.at(-1) ?? 0) !== 0) continue
        const result = await this.#step(step, parameters)
        if (!result) continue
        if (result.fields.length > 0) sets.push(setOf(result))
        counts.push(result.rowCount ?? 0)
      }
      return { sets, counts }
    } catch (error) {
      // XACT_ABORT
      if (this.#open > 0) await this.#client.query('rollback')
      this.#open = 0
      return { sets, error: asServerError(error) }
    }
  }

  /** learn.microsoft.com, "sp_rename". */
  async #rename(sql: string, parameters: Sent['parameters']): Promise<Told> {
    const [path = '', to = ''] = parameters.map(({ value }) => String(value))
    const parts = [...path.matchAll(/\[((?:[^\]]|\]\])*)\]/g)].map(([, name = '']) =>
      name.replaceAll(']]', ']'),
    )
    const isColumn = sql.endsWith("@objtype = 'COLUMN'")
    const table = (isColumn ? parts.slice(0, -1) : parts).map(pg.escapeIdentifier).join('.')
    const column = isColumn ? `column ${pg.escapeIdentifier(parts.at(-1) ?? '')} ` : ''
    try {
      await this.#client.query(`alter table ${table} rename ${column}to ${pg.escapeIdentifier(to)}`)
      return { counts: [] }
    } catch (error) {
      const { code } = error instanceof pg.DatabaseError ? error : {}
      if (code === '42P07' || code === '42701')
        return {
          error: serverError(15_335, `Error: The new name '${to}' is already in use as a COLUMN name.`),
        }
      return { error: asServerError(error) }
    }
  }

  async #step(
    step: Step,
    parameters: Sent['parameters'],
  ): Promise<pg.QueryArrayResult<string[]> | undefined> {
    switch (step.do) {
      case 'begin':
        if (this.#open++ === 0) await this.#client.query('begin')
        return undefined
      case 'commit':
        if (this.#open === 0)
          throw serverError(3902, 'The COMMIT TRANSACTION request has no corresponding BEGIN TRANSACTION.')
        if (--this.#open === 0) await this.#client.query('commit')
        return undefined
      case 'rollback':
        if (this.#open > 0) await this.#client.query('rollback')
        this.#open = 0
        return undefined
      case 'identity':
        this.#numbered = step.on ? (step.table ?? '') : undefined
        return undefined
      case 'set':
        return undefined
      case 'sql':
        return this.#sql(step, parameters)
    }
  }

  async #sql({ sql = '', more = [], kind, table }: Step, parameters: Sent['parameters']) {
    refuseWhatServerDoes(sql)
    const isNumbered = kind === 'insert' && this.#numbered !== undefined
    const isAlone = more.length > 0 && this.#open === 0
    if (isAlone) await this.#step({ do: 'begin' }, [])
    let result = await this.#row(sql, isNumbered, parameters)
    for (const one of more) {
      const next = await this.#row(one, isNumbered, parameters)
      result = { ...next, rowCount: (result.rowCount ?? 0) + 1, rows: [...result.rows, ...next.rows] }
    }
    if (isNumbered) await this.#client.query(RESEED, [table ?? ''])
    if (isAlone) await this.#step({ do: 'commit' }, [])
    return result
  }

  #row(sql: string, isNumbered: boolean, parameters: Sent['parameters']) {
    const text = isNumbered ? sql.replace(/\) VALUES /i, ') overriding system value VALUES ') : sql
    const run = (ofText: string) => {
      const { typed, values } = typedText(text, parameters, ofText)
      return this.#client.query<string[]>({ text: typed, values: [...values], rowMode: 'array' })
    }
    return this.#tried(
      () => run(''),
      () => run('::text'),
    )
  }

  /** The server knows the type of each parameter; PostgreSQL takes it from where it stands, and sometimes cannot. */
  async #tried<T>(first: () => Promise<T>, second: () => Promise<T>): Promise<T> {
    if (this.#open > 0) await this.#client.query('savepoint tried')
    try {
      return await first()
    } catch (error) {
      if (!(error instanceof pg.DatabaseError) || !['42P18', '42725', '42P08'].includes(error.code ?? ''))
        throw error
      if (this.#open > 0) await this.#client.query('rollback to savepoint tried')
      return second()
    }
  }

  async cancel(): Promise<void> {
    const other = new pg.Client({ connectionString: this.#url })
    // The process's number, which the driver's types leave out.
    const { processID } = this.#client as pg.Client & { processID: number }
    try {
      await other.connect()
      await other.query('select pg_cancel_backend($1)', [processID])
      await other.end()
    } catch {
      // The database is gone, and what ran with it.
    }
    // XACT_ABORT; and what came too late hits this, and no statement that matters.
    await this.#client.query('rollback').catch(() => this.#client.query('rollback'))
    this.#open = 0
  }

  async reset(): Promise<void> {
    if (this.#open > 0) await this.#client.query('rollback')
    this.#open = 0
  }

  close(): void {
    this.#client.end().catch(() => {})
  }
}

const RESEED = `select setval(pg_get_serial_sequence($1, a.attname), (xpath('/row/m/text()', query_to_xml(
  format('select greatest(max(%I), 1) as m from %s', a.attname, $1), false, true, '')))[1]::text::bigint)
  from pg_attribute a where a.attrelid = $1::regclass and a.attidentity <> ''`

const known = new Map<string, Promise<z.output<typeof answer>>>()

function translated(python: PythonLines, sql: string): Promise<z.output<typeof answer>> {
  const found = known.get(sql) ?? python.ask({ sql }).then((given) => answer.parse(given))
  known.set(sql, found)
  return found
}

/** Rules of SQL Server that PostgreSQL does not have. */
function refuseWhatServerDoes(sql: string): void {
  const [, table] = /^create table ("(?:[^"]|"")+") /.exec(sql) ?? []
  if (
    table &&
    new RegExp(
      `references ${table.replaceAll(/[.*+?^$\\{}()|[\]]/g, '\\$&')} \\([^)]*\\) on update [A-Z ]+ on delete (SET|CASCADE)`,
    ).test(sql)
  )
    throw serverError(1785, 'Introducing FOREIGN KEY constraint may cause cycles or multiple cascade paths.')
}

const CASTS: Readonly<Record<string, string>> = {
  BigInt: '::bigint',
  Decimal: '::numeric',
  Float: '::double precision',
  VarBinary: '::bytea',
}

/** Numbers are given the type that they have; text takes that of its place. Only the values of this statement are sent. */
function typedText(
  sql: string,
  parameters: Sent['parameters'],
  ofText: string,
): { readonly typed: string; readonly values: readonly unknown[] } {
  const places: number[] = []
  const typed = sql.replaceAll(/("(?:[^"]|"")*"|'(?:[^']|'')*')|\$(\d+)/g, (all, quoted, place) => {
    if (quoted !== undefined) return all
    const at = Number(place) - 1
    if (!places.includes(at)) places.push(at)
    return `($${places.indexOf(at) + 1}${CASTS[parameters[at]?.type ?? ''] ?? ofText})`
  })
  return { typed, values: places.map((at) => pgValue(parameters[at]?.value)) }
}

function pgValue(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value
  const { digits, scale } = z.object({ digits: z.bigint(), scale: z.number() }).parse(value)
  return `${digits}e-${scale}`
}

function setOf({ fields, rows }: pg.QueryArrayResult<string[]>) {
  return {
    columns: fields.map(({ name, dataTypeID }) => ({
      colName: name,
      type: { name: FORMS[dataTypeID]?.name ?? 'NVarChar' },
    })),
    rows: rows.map((row) =>
      row.map((text, at) =>
        text === null ? null : (FORMS[fields[at]?.dataTypeID ?? 0]?.read(text) ?? text),
      ),
    ),
  }
}

/** As the driver gives the values of a type, by the number that PostgreSQL has for it. */
const FORMS: Readonly<Record<number, { readonly name: string; read(text: string): unknown }>> = {
  16: { name: 'BitN', read: (text) => text === 't' },
  17: { name: 'VarBinary', read: (text) => Buffer.from(text.slice(2), 'hex') },
  20: { name: 'IntN', read: (text) => text },
  21: { name: 'IntN', read: Number },
  23: { name: 'IntN', read: Number },
  700: { name: 'FloatN', read: (text) => Math.fround(Number(text)) },
  701: { name: 'FloatN', read: Number },
  1700: { name: 'DecimalN', read: (text) => text },
}

/** learn.microsoft.com, "Database engine events and errors": the texts of the numbers that stand for the same. */
function asServerError(error: unknown): Error {
  if (!(error instanceof pg.DatabaseError)) return error instanceof Error ? error : new Error(String(error))
  const { code = '', constraint, table, column, message } = error
  switch (code) {
    case '23505':
      return serverError(
        2627,
        `Violation of UNIQUE KEY constraint '${constraint}'. Cannot insert duplicate key in object 'dbo.${table}'. The duplicate key value is (x).`,
      )
    case '23502':
      return serverError(
        515,
        `Cannot insert the value NULL into column '${column}', table 'db.dbo.${table}'; column does not allow nulls. INSERT fails.`,
      )
    case '23503': {
      const kind = /^insert or update/.test(message) ? 'INSERT' : 'DELETE'
      return serverError(
        547,
        `The ${kind} statement conflicted with the ${kind === 'INSERT' ? 'FOREIGN KEY' : 'REFERENCE'} constraint "${constraint}". The conflict occurred in database "db", table "dbo.${table}".`,
      )
    }
    case '23514':
      return serverError(
        547,
        `The INSERT statement conflicted with the CHECK constraint "${constraint}". The conflict occurred in database "db", table "dbo.${table}".`,
      )
    case '428C9':
      return /insert/i.test(message)
        ? serverError(
            544,
            'Cannot insert explicit value for identity column in table when IDENTITY_INSERT is set to OFF.',
          )
        : serverError(8102, `Cannot update identity column '${/column "(.*?)"/.exec(message)?.[1]}'.`)
    default:
      return NUMBERS[code] === undefined ? error : serverError(NUMBERS[code], message)
  }
}

const NUMBERS: Readonly<Record<string, number>> = {
  '22001': 8152,
  '22003': 8115,
  '22007': 241,
  '22008': 242,
  '22012': 8134,
  '22P02': 245,
  '40P01': 1205,
  '42701': 2705,
  '42703': 207,
  '42710': 2714,
  '42P01': 208,
  '42P07': 2714,
  '57014': -2,
}
