import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Capability } from '../../../src/core/database/capability.ts'
import { ownStatement } from '../sql/connection.ts'
import type { SqlDialect } from '../sql/dialect.ts'
import { readOnly } from '../sql/interruption.ts'
import { createRecords } from '../sql/records.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import type { ServerExecutor } from '../sql/server-executor.ts'
import { createStatements } from '../sql/statements.ts'
import { renameStatement, schemaStatement } from './alter.ts'
import { callRoutine } from './call.ts'
import { MYSQL_CAPABILITIES, READ_CAPABILITIES } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import type { NewTables } from './column-definition.ts'
import { columnRest } from './column-rest.ts'
import type { MysqlConnection } from './connection.ts'
import { droppedIndexes } from './dropped-indexes.ts'
import type { Parameter } from './parameter.ts'
import { readRoutines } from './routines.ts'

interface AdapterParts {
  readonly executor: ServerExecutor<Parameter, MysqlConnection>
  readonly dialect: SqlDialect<Parameter>
  readonly scope: SchemaScope
  readonly newTables: NewTables
  readonly isReadOnly: boolean
}

/** The port over a place to run statements. */
export function createAdapter({
  executor,
  dialect,
  scope,
  newTables,
  isReadOnly,
}: AdapterParts): DatabaseAdapter {
  const statements = createStatements(dialect)
  const capabilities: ReadonlySet<Capability> = isReadOnly ? READ_CAPABILITIES : MYSQL_CAPABILITIES
  return {
    capabilities,
    ...createRecords(executor, statements, dialect),
    readSchema: (options) => readCatalogue(executor, scope, options),
    transaction: (work, options) =>
      executor.transaction((connection) => work(createRecords(connection, statements, dialect)), options),
    stream: (query, options) => executor.stream(statements.select({ ...query, as: 'rows' }), options),
    async alter(changes, options) {
      if (isReadOnly) throw readOnly()
      for (const change of [changes].flat()) {
        const restOf = await columnRest(executor, change, newTables, options)
        const dropped = await droppedIndexes(executor, change, newTables, options)
        const statement = schemaStatement(change, newTables, { restOf, dropped })
        if (statement !== undefined) await executor.write([ownStatement<Parameter>(statement)], options)
      }
    },
    async rename(rename, options) {
      if (isReadOnly) throw readOnly()
      await executor.write([ownStatement<Parameter>(renameStatement(rename, newTables))], options)
    },
    async ping(options) {
      await executor.read(PING, 'rows', options)
    },
    listRoutines: (kind, options) => readRoutines(executor, kind, scope, options),
    call: (query, options) =>
      executor.use(
        query.readOnly ? 'read' : 'write',
        (connection) => callRoutine(connection, query, dialect),
        options,
      ),
    close: () => executor.close(),
  }
}

const PING = ownStatement<Parameter>('select 1', ['one'])
