import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { ownStatement } from '../sql/connection.ts'
import { readOnly } from '../sql/interruption.ts'
import { createRecords } from '../sql/records.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import type { ServerExecutor } from '../sql/server-executor.ts'
import { createStatements } from '../sql/statements.ts'
import { renameStatement, schemaStatements } from './alter.ts'
import type { Parameter } from './bind-value.ts'
import { callRoutine } from './call.ts'
import { POSTGRES_CAPABILITIES, READ_CAPABILITIES } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import type { PostgresConnection } from './connection.ts'
import { postgresDialect } from './dialect.ts'
import { droppedIndexes } from './dropped-indexes.ts'
import { readRoutines } from './routines.ts'

interface AdapterParts {
  readonly executor: ServerExecutor<Parameter, PostgresConnection>
  readonly scope: SchemaScope
  readonly isReadOnly: boolean
}

/** The port over a server's connections. */
export function createAdapter({ executor, scope, isReadOnly }: AdapterParts): DatabaseAdapter {
  const statements = createStatements(postgresDialect)
  return {
    capabilities: isReadOnly ? READ_CAPABILITIES : POSTGRES_CAPABILITIES,
    ...createRecords(executor, statements, postgresDialect),
    readSchema: (options) => readCatalogue(executor, scope, options),
    transaction: (work, options) =>
      executor.transaction(
        (connection) => work(createRecords(connection, statements, postgresDialect)),
        options,
      ),
    stream: (query, options) => executor.stream(statements.select({ ...query, as: 'json' }), options),
    async alter(changes, options) {
      if (isReadOnly) throw readOnly()
      const texts: string[] = []
      for (const change of [changes].flat())
        texts.push(...(await droppedIndexes(executor, change, options)), ...schemaStatements(change))
      await executor.write(
        texts.map((sql) => ownStatement<Parameter>(sql)),
        options,
      )
    },
    async rename(rename, options) {
      if (isReadOnly) throw readOnly()
      await executor.write([ownStatement<Parameter>(renameStatement(rename))], options)
    },
    listRoutines: (kind, options) => readRoutines(executor, kind, scope, options),
    call: (query, options) => {
      const readOnly = query.readOnly || isReadOnly
      const call = (connection: PostgresConnection) => callRoutine(connection, { ...query, readOnly })
      return executor.use(readOnly ? 'read' : 'write', call, options)
    },
    async ping(options) {
      await executor.read(PING, 'rows', options)
    },
    close: () => executor.close(),
  }
}

const PING = ownStatement<Parameter>('select 1', ['one'])
