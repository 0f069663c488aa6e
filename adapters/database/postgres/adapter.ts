import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { AppError } from '../../../src/core/errors.ts'
import { ownStatement } from '../sql/connection.ts'
import { readOnly } from '../sql/interruption.ts'
import { createRecords } from '../sql/records.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import type { ServerExecutor } from '../sql/server-executor.ts'
import { createStatements } from '../sql/statements.ts'
import { schemaStatements } from './alter.ts'
import type { Parameter } from './bind-value.ts'
import { POSTGRES_CAPABILITIES, READ_CAPABILITIES } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import type { PostgresConnection } from './connection.ts'
import { postgresDialect } from './dialect.ts'

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
    async alter(change, options) {
      if (isReadOnly) throw readOnly()
      const changes = schemaStatements(change).map((sql) => ownStatement<Parameter>(sql))
      await executor.write(changes, options)
    },
    listRoutines: noRoutines,
    call: noRoutines,
    async ping(options) {
      await executor.read(PING, 'rows', options)
    },
    close: () => executor.close(),
  }
}

const PING = ownStatement<Parameter>('select 1', ['one'])

async function noRoutines(): Promise<never> {
  throw new AppError('not_supported', 'Stored procedures and functions are not supported here.')
}
