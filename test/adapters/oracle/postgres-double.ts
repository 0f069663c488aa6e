import pg from 'pg'
import type {
  Bind,
  Driver,
  DriverConnection,
  DriverResult,
} from '../../../adapters/database/oracle/driver.ts'
import type { Grammar } from '../../grammar/grammar.ts'
import { ddlOnPostgres } from './ddl-on-postgres.ts'
import { driverDouble, resultSet, serverError } from './driver-double.ts'

/**
 * The driver's side of connections that run the adapter's statements on PostgreSQL, as sqlglot writes them for it. It shows that a
 * statement means what is meant, not that Oracle takes it: no engine is verified by a double.
 */
export function postgresDouble(url: string, grammar: Grammar): Driver {
  const { driver } = driverDouble(() => ({}))
  const translated = new Map<string, Promise<string>>()
  const translate = (sql: string) => {
    const known = translated.get(sql) ?? toPostgres(sql, grammar)
    translated.set(sql, known)
    return known
  }
  return {
    ...driver,
    getConnection: async () => {
      const client = new pg.Client({ connectionString: url, types: { getTypeParser: () => asText } })
      client.on('error', () => {})
      await client.connect()
      await client.query('set timezone to \'UTC\'; set search_path to public, "APP"')
      return connectionOn(client, url, translate)
    },
  }
}

/** Functions of which the two have others of the same name, or none: `shims.ts` makes them. */
const OWN =
  /\b(to_char|to_number|to_date|to_timestamp|to_clob|to_dsinterval|regexp_like|dbms_lob\.compare|dbms_lob\.substr)\(/g

async function toPostgres(sql: string, grammar: Grammar): Promise<string> {
  const renamed = sql
    .replace(/ into :o1(, :o\d+)*$/, '')
    .replace(OWN, (_, name: string) => `ora_${name.replace('dbms_lob.', 'lob_')}(`)
  const { problems, sql: text } = await grammar.parse('oracle', renamed, 'postgres')
  if (text === undefined || problems.length > 0) throw new Error(`${problems.join('\n')}: ${sql}`)
  return text.replaceAll(/%\(p(\d+)\)s/g, '$$$1')
}

/** docs.oracle.com/error-help/db, by the number after `ora-`. */
const DDL_ERRORS: readonly (readonly [string, RegExp, string])[] = [
  ['42P07', /^create (table|index)/, 'ORA-00955: name is already used by an existing object'],
  ['42701', /./, 'ORA-01430: column being added already exists in table'],
  ['2BP01', /^drop table/, 'ORA-02449: unique/primary keys in table referenced by foreign keys'],
  ['2BP01', /drop column/, 'ORA-12992: cannot drop parent key column'],
  ['2BP01', /drop constraint/, 'ORA-02273: this unique/primary key is referenced by some foreign keys'],
  ['42704', /drop constraint/, 'ORA-02443: Cannot drop constraint - nonexistent constraint'],
  ['42704', /drop index/, 'ORA-01418: specified index does not exist'],
  ['23502', / add \(/, 'ORA-01758: table must be empty to add mandatory (NOT NULL) column'],
  ['23502', / modify \(/, 'ORA-02296: cannot enable (APP.) - null values found'],
  ['23505', /./, 'ORA-02299: cannot validate (APP.X) - duplicate keys found'],
  ['23503', /./, 'ORA-02298: cannot validate (APP.X) - parent keys not found'],
  ['42830', /./, 'ORA-02270: no matching unique or primary key for this column-list'],
  ['42804', /foreign key/, 'ORA-02267: column type incompatible with referenced column type'],
]

const asText = (value: string | Buffer) => (typeof value === 'string' ? value : value.toString())

function connectionOn(
  client: pg.Client,
  url: string,
  translate: (sql: string) => Promise<string>,
): DriverConnection {
  let isInTransaction = false
  let isOpen = true
  let isOneOfMany = false

  /** A statement that fails leaves a transaction of Oracle as it was. */
  async function run(
    sql: string,
    binds: readonly unknown[],
    columns?: readonly Bind[],
  ): Promise<DriverResult> {
    const values = binds.map(boundValue)
    if (isInTransaction && !isOneOfMany) await client.query('savepoint one')
    try {
      const { rows, fields, rowCount } = await client.query({ text: sql, values, rowMode: 'array' })
      if (!columns)
        return {
          resultSet: resultSet(
            rows.map((row) => row.map((cell, at) => typed(cell, fields[at]?.dataTypeID))),
            [],
          ),
        }
      const lists = columns.map((_, at) => rows.map((row) => typed(row[at], fields[at]?.dataTypeID)))
      return { rowsAffected: rowCount ?? 0, outBinds: lists }
    } catch (error) {
      if (isInTransaction && !isOneOfMany) await client.query('rollback to one')
      throw asServerError(error)
    }
  }

  async function command(sql: string): Promise<DriverResult | undefined> {
    if (/^(alter session|begin dbms_session)/.test(sql)) return {}
    if (!sql.startsWith('set transaction')) return undefined
    await client.query(sql.endsWith('read only') ? 'begin read only' : 'begin')
    isInTransaction = true
    return {}
  }

  /** Each commits by itself. */
  async function change(sql: string): Promise<DriverResult> {
    try {
      if (/ modify \("[^"]+" [A-Z]/.test(sql)) await refuseOtherType(client, sql)
      for (const { sql: text, values = [] } of ddlOnPostgres(sql)) await client.query(text, [...values])
      return {}
    } catch (error) {
      throw asServerError(error, sql)
    }
  }

  const end = (order: string) => async () => {
    await client.query(order)
    isInTransaction = false
  }

  return {
    oracleServerVersionString: '23.4.0.24.5',
    execute: async (sql, binds, options) => {
      const ordered = await command(sql)
      if (ordered) return ordered
      if (/^(create|alter|drop) /.test(sql)) return change(sql)
      const out = binds.filter(isOut)
      const isQuery = options.resultSet === true
      return run(
        await translate(sql),
        binds.filter((bind) => !isOut(bind)),
        isQuery ? undefined : out,
      )
    },
    executeMany: async (sql, rows, { bindDefs }) => {
      const text = await translate(sql)
      const out = bindDefs.filter(isOut)
      const isAlone = !isInTransaction
      if (isAlone) await command('set transaction')
      const results: DriverResult[] = []
      await client.query('savepoint many')
      isOneOfMany = true
      try {
        for (const row of rows) results.push(await run(text, row, out))
      } catch (error) {
        await client.query('rollback to many')
        throw error
      } finally {
        isOneOfMany = false
        if (isAlone) await end(results.length === rows.length ? 'commit' : 'rollback')()
      }
      return { rowsAffected: results.length, outBinds: results.map(({ outBinds }) => outBinds ?? []) }
    },
    commit: end('commit'),
    rollback: end('rollback'),
    ping: async () => {
      await client.query('select 1')
    },
    breakExecution: async () => {
      const other = new pg.Client({ connectionString: url })
      await other.connect()
      await other.query('select pg_cancel_backend($1)', [Reflect.get(client, 'processID')])
      await other.end()
    },
    isHealthy: () => isOpen,
    close: async () => {
      isOpen = false
      await client.end()
    },
  }
}

function isOut(bind: unknown): bind is Bind {
  return isBind(bind) && bind.dir === 3003
}

function isBind(bind: unknown): bind is Bind {
  return typeof bind === 'object' && bind !== null && 'dir' in bind
}

/**
 * A text with U+0000 is one that no other equals, and that is before all: PostgreSQL has none, but one that nobody else uses. The empty
 * text is null.
 */
function boundValue(bind: unknown): unknown {
  const value = isBind(bind) ? bind.val : bind
  if (value === '\u0000') return '\u0001'
  if (value === '') return null
  return typeof value === 'bigint' ? String(value) : (value ?? null)
}

const [BYTES, DOUBLE, BOOLEAN] = [17, 701, 16]

function typed(cell: unknown, type: number | undefined): unknown {
  if (cell === null || cell === undefined) return null
  if (type === BYTES) return Buffer.from(String(cell).slice(2), 'hex')
  if (type === DOUBLE) return Number(cell)
  return type === BOOLEAN ? cell === 't' : cell
}

/** Only a longer text, or more digits, is a type that rows may change to: docs.oracle.com/error-help/db/ora-01439. */
async function refuseOtherType(client: pg.Client, sql: string): Promise<void> {
  const [, table = '', column = '', type = ''] =
    /^alter table ("[^"]+"\."[^"]+") modify \("([^"]+)" ([A-Z0-9_]+)/.exec(sql) ?? []
  const { rows } = await client.query(
    `select 1 from ora_columns where rel = $1::regclass and name = $2 and type not like $3 and exists (select 1 from ${table})`,
    [table, column, `${type}%`],
  )
  if (rows.length > 0) throw serverError('ORA-01439: column to be modified must be empty to change datatype')
}

/** The same failures in Oracle's words. */
function asServerError(error: unknown, ddl = ''): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const changed =
    ddl === '' ? undefined : DDL_ERRORS.find(([code, pattern]) => code === error.code && pattern.test(ddl))
  if (changed) return serverError(changed[2])
  const place = `"APP"."${error.table}"."${error.column}"`
  const named = `(APP.${error.constraint})`
  const said: Readonly<Record<string, string>> = {
    '23505': `ORA-00001: unique constraint ${named} violated`,
    '23502': `ORA-01400: cannot insert NULL into (${place})`,
    '23503': /still referenced/.test(error.detail ?? '')
      ? `ORA-02292: integrity constraint ${named} violated - child record found`
      : `ORA-02291: integrity constraint ${named} violated - parent key not found`,
    '23514': `ORA-02290: check constraint ${named} violated`,
    '22001': 'ORA-12899: value too large for column',
    '22003': 'ORA-01438: value larger than specified precision allowed for this column',
    '22P02': 'ORA-01722: invalid number',
    '57014': 'ORA-01013: user requested cancel of current operation',
    '40P01': 'ORA-00060: deadlock detected while waiting for resource',
    '42P01': 'ORA-00942: table or view does not exist',
    '42703': 'ORA-00904: invalid identifier',
    '25006': 'ORA-01456: may not perform insert/delete/update operation inside a READ ONLY transaction',
  }
  return serverError(said[error.code ?? ''] ?? `ORA-00600: ${error.code} ${error.message} ${ddl}`)
}
