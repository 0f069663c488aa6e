import { afterAll, describe, test } from 'vitest'
import { nativeType } from '../../../adapters/database/oracle/column-definition.ts'
import { createConnector } from '../../../adapters/database/oracle/connector.ts'
import { createDialect } from '../../../adapters/database/oracle/dialect.ts'
import { storedName } from '../../../adapters/database/oracle/names.ts'
import type { Parameter } from '../../../adapters/database/oracle/parameter.ts'
import { createOracleRecords } from '../../../adapters/database/oracle/records.ts'
import type { ServerOptions } from '../../../adapters/database/oracle/server-options.ts'
import { ownStatement } from '../../../adapters/database/sql/connection.ts'
import { createServerExecutor } from '../../../adapters/database/sql/server-executor.ts'
import { createStatements } from '../../../adapters/database/sql/statements.ts'
import type { DatabaseAdapter, SchemaChange } from '../../../src/core/database/adapter.ts'
import type { Capability } from '../../../src/core/database/capability.ts'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { describeDatabaseAdapter } from '../../contract/database-suite.ts'
import type { Gap } from '../../contract/scene.ts'
import { ORACLE_GAPS } from '../../contract/servers/oracle-gaps.ts'
import { pgsqlDatabases } from '../../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../../contract/servers/test-server.ts'
import { isGrammarRequired, openGrammar } from '../../grammar/grammar.ts'
import { postgresDouble } from './postgres-double.ts'
import { SHIMS } from './postgres-shims.ts'

const grammar = await openGrammar()
const why = typeof grammar === 'string' ? grammar : await reachServer('pgsql')

const CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'records.read',
  'records.write',
  'records.upsert',
  'aggregate',
  'partitions',
  'joins',
  'relations',
  'transactions',
  'stream',
])

const OTHERS: readonly Gap[] = [
  { test: 'filtering > a filter nested deeper', why: 'sqlglot goes no deeper' },
  {
    test: 'places in an order > by words',
    why: 'PostgreSQL keeps the empty text, Oracle has none to compare with',
  },
  {
    test: 'places in an order > by any fields',
    why: 'PostgreSQL keeps the empty text, Oracle has none to compare with',
  },
]

const PING = ownStatement<Parameter>('select 1 from dual', ['one'])

afterAll(() => (typeof grammar === 'string' ? undefined : grammar.close()))

/** The adapter's records, with tables that PostgreSQL made; of Oracle there is nothing here but the words. */
if (why === 'reachable' || isGrammarRequired)
  describeDatabaseAdapter({
    name: "the adapter's records, run on PostgreSQL",
    differs: { noRuleForUpdates: true, noQuotes: true },
    gaps: async () => [...ORACLE_GAPS, ...OTHERS],
    start,
  })
else describe.skip(`the adapter's records, run on PostgreSQL (${why})`, () => test('contract'))

async function start() {
  if (typeof grammar === 'string') throw new Error(grammar)
  const { url, drop } = await ownDatabase('pgsql')
  for (const text of ['create schema "APP"', 'create view dual as select 1 as dummy', ...SHIMS])
    await pgsqlDatabases.query(url, text)
  const options: ServerOptions = {
    connect: { user: '', password: '', connectString: '' },
    timezone: '+00:00',
    statements: [],
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 20_000,
  }
  const driver = postgresDouble(url, grammar)
  const executor = createServerExecutor({
    read: createConnector(driver, options, 'read'),
    write: createConnector(driver, options, 'write'),
    poolSize: 5,
    connectTimeoutMs: 10_000,
    statementTimeoutMs: 20_000,
  })
  const dialect = createDialect({ hasRowLimit: true }, '+00:00')
  const statements = createStatements(dialect)
  const tables: TableDefinition[] = []
  const adapter: DatabaseAdapter = {
    capabilities: CAPABILITIES,
    ...createOracleRecords(executor, statements, dialect),
    readSchema: async (callOptions) => {
      await executor.read(PING, 'rows', callOptions)
      return tables
    },
    listRoutines: async () => notHere(),
    call: async () => notHere(),
    transaction: (work, callOptions) =>
      executor.transaction((own) => work(createOracleRecords(own, statements, dialect)), callOptions),
    stream: (query, callOptions) => executor.stream(statements.select({ ...query, as: 'rows' }), callOptions),
    alter: async (changes, callOptions) => {
      await executor.read(PING, 'rows', callOptions)
      for (const change of [changes].flat()) await make(url, change, tables)
    },
    ping: async (callOptions) => {
      await executor.read(PING, 'rows', callOptions)
    },
    close: () => executor.close(),
  }
  const stop = async () => {
    await adapter.close()
    await drop()
  }
  return { adapter, stop, execute: (text: string) => pgsqlDatabases.query(url, text) }
}

function notHere(): never {
  throw new AppError('not_supported', 'Not here.')
}

async function make(url: string, change: SchemaChange, tables: TableDefinition[]): Promise<void> {
  if (change.kind === 'drop_table') {
    await pgsqlDatabases.query(url, `drop table "APP"."${storedName(change.table)}"`)
    return
  }
  if (change.kind !== 'create_table') return notHere()
  const { table } = change
  const numbers = `"APP"."n${tables.length}"`
  await pgsqlDatabases.query(url, `create sequence if not exists ${numbers}`)
  const keys = (fields: readonly string[]) => fields.map((name) => `"${storedName(name)}"`).join(', ')
  const parts = [
    ...table.fields.map((field) => columnOf(field, numbers)),
    'rowid serial',
    ...(table.primaryKey.length > 0 ? [`primary key (${keys(table.primaryKey)})`] : []),
    ...table.uniqueKeys.map((fields) => `unique (${keys(fields)})`),
    ...table.foreignKeys.map(
      (key) =>
        `constraint "${table.name}_${key.fields.join('_')}" foreign key (${keys(key.fields)}) references "APP"."${storedName(key.refTable)}" (${keys(key.refFields)}) on delete ${key.onDelete}`,
    ),
  ]
  await pgsqlDatabases.query(url, `create table "APP"."${storedName(table.name)}" (${parts.join(', ')})`)
  tables.push({
    ...table,
    source: `APP\u0000${storedName(table.name)}`,
    fields: table.fields.map((field) => ({
      ...field,
      source: storedName(field.name),
      dbType: nativeType(field),
    })),
    foreignKeys: table.foreignKeys.map((key) => ({ ...key, name: `${table.name}_${key.fields.join('_')}` })),
  })
}

/** By the native types of the adapter. */
const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^NUMBER/, 'numeric'],
  [/^BINARY_/, 'double precision'],
  [/^VARCHAR2\((\d+) CHAR\)/, 'varchar'],
  [/^CLOB/, 'text'],
  [/^BLOB/, 'bytea'],
  [/^DATE|^TIMESTAMP/, 'timestamp(0)'],
  [/^INTERVAL/, 'interval'],
]

function columnOf(field: Field, numbers: string): string {
  const native = nativeType(field)
  const [, type = 'text'] = TYPES.find(([pattern]) => pattern.test(native)) ?? []
  const length = type === 'varchar' ? `(${field.length ?? 36})` : ''
  const letters = /char|text/.test(type) ? ' collate "C"' : ''
  const rest = field.autoIncrement ? ` default nextval('${numbers}')` : defaultOf(field)
  return `"${storedName(field.name)}" ${type}${length}${letters}${rest}${field.allowNull ? '' : ' not null'}`
}

function defaultOf({ default: value }: Field): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'object') return " default date_trunc('second', now() at time zone 'UTC')"
  return ` default ${typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : Number(value)}`
}
