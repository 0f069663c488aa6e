import type {
  CallOptions,
  DatabaseAdapter,
  SchemaChange,
  SelectTogether,
} from '../../../src/core/database/adapter.ts'
import type { Capability } from '../../../src/core/database/capability.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import { readOnly } from '../sql/interruption.ts'
import { createRecords } from '../sql/records.ts'
import { createStatements, type Statements } from '../sql/statements.ts'
import { type PlainChange, renameStatement, schemaStatements } from './alter.ts'
import { READ_CAPABILITIES, SQLITE_CAPABILITIES } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import { brokenViews } from './dependents.ts'
import { sqliteDialect } from './dialect.ts'
import type { Executor } from './executor.ts'
import type { Parameter } from './protocol.ts'
import { inUse, rebuildTable } from './rebuild-table.ts'
import type { SqliteStatement } from './request.ts'
import { workOn } from './schema-work.ts'

/** The port over a place to run statements. */
export function createAdapter(executor: Executor, isReadOnly: boolean): DatabaseAdapter {
  const statements = createStatements(sqliteDialect)
  const capabilities: ReadonlySet<Capability> = isReadOnly ? READ_CAPABILITIES : SQLITE_CAPABILITIES
  return {
    capabilities,
    ...createRecords(executor, statements, sqliteDialect),
    selectTogether: selectTogether(executor, statements),
    readSchema: (options) => readCatalogue(executor, options),
    transaction: (work, options) =>
      executor.transaction(
        (connection) => work(createRecords(connection, statements, sqliteDialect)),
        options,
      ),
    async alter(given, options) {
      if (isReadOnly) throw readOnly()
      const changes = [given].flat()
      const plain = changes.flatMap((change) => (change.kind === 'change_table' ? [] : [change]))
      const drops = plain.some(({ kind }) => kind === 'drop_table')
      if (plain.length === changes.length && drops)
        await executor.transaction((connection) => dropWatched(connection, plain, options), options)
      else if (plain.length === changes.length) await executor.write(plain.flatMap(statementsOf), options)
      else await executor.rebuilding((connection) => alterAll(connection, changes, options), options)
    },
    async rename(rename, options) {
      if (isReadOnly) throw readOnly()
      await executor.write([ownStatement<Parameter>(renameStatement(rename))], options)
    },
    async ping(options) {
      await executor.read(PING, 'rows', options)
    },
    listRoutines: noRoutines,
    call: noRoutines,
    close: () => executor.close(),
  }
}

/** One request to the process, which puts the texts together. */
function selectTogether(executor: Executor, statements: Statements<Parameter>): SelectTogether {
  return async (query, related, options) => {
    const first = statements.select({ ...query, as: 'json' })
    const others = related.map(({ query: own, ...member }): SqliteStatement => {
      const keyed = (form: 'list' | 'range') =>
        statements.select({ ...own, as: 'json' }, { field: member.refField, form })
      if (member.keys !== 'number') return { ...keyed('list'), member }
      const { text, parameters } = keyed('range')
      return { ...keyed('list'), member: { ...member, range: [text.sql, parameters] } }
    })
    return executor.readTogether(first, others, options)
  }
}

async function alterAll(
  connection: Connection<Parameter>,
  changes: readonly SchemaChange[],
  options: CallOptions,
): Promise<void> {
  for (const change of changes) {
    if (change.kind === 'change_table') await rebuildTable(connection, change, options)
    else await connection.write(statementsOf(change), options)
  }
}

/** A table that a view reads is not dropped: SQLite would keep the view, and refuse every new name afterwards. */
async function dropWatched(
  connection: Connection<Parameter>,
  changes: readonly PlainChange[],
  options: CallOptions,
): Promise<void> {
  const work = workOn(connection, options)
  const before = await brokenViews(work)
  await connection.write(changes.flatMap(statementsOf), options)
  const now = await brokenViews(work)
  if ([...now].some((view) => !before.has(view))) throw inUse()
}

function statementsOf(change: PlainChange): readonly SqliteStatement[] {
  return schemaStatements(change).map((sql) => ownStatement<Parameter>(sql))
}

const PING = ownStatement<Parameter>('SELECT count(*) FROM sqlite_schema', ['tables'])

async function noRoutines(): Promise<never> {
  throw new AppError('not_supported', 'SQLite has no stored procedures or functions.')
}
