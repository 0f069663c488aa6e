import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { Capability } from '../../../src/core/database/capability.ts'
import { AppError } from '../../../src/core/errors.ts'
import { ownStatement } from '../sql/connection.ts'
import { readOnly } from '../sql/interruption.ts'
import { createRecords } from '../sql/records.ts'
import { createStatements } from '../sql/statements.ts'
import { schemaStatements } from './alter.ts'
import { READ_CAPABILITIES, SQLITE_CAPABILITIES } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import { sqliteDialect } from './dialect.ts'
import type { Executor } from './executor.ts'
import type { Parameter } from './protocol.ts'

/** The port over a place to run statements. */
export function createAdapter(executor: Executor, isReadOnly: boolean): DatabaseAdapter {
  const statements = createStatements(sqliteDialect)
  const capabilities: ReadonlySet<Capability> = isReadOnly ? READ_CAPABILITIES : SQLITE_CAPABILITIES
  return {
    capabilities,
    ...createRecords(executor, statements, sqliteDialect),
    readSchema: (options) => readCatalogue(executor, options),
    transaction: (work, options) =>
      executor.transaction(
        (connection) => work(createRecords(connection, statements, sqliteDialect)),
        options,
      ),
    async alter(change, options) {
      if (isReadOnly) throw readOnly()
      const changes = schemaStatements(change).map((sql) => ownStatement<Parameter>(sql))
      await executor.write(changes, options)
    },
    async ping(options) {
      await executor.read(PING, 'rows', options)
    },
    listRoutines: noRoutines,
    call: noRoutines,
    close: () => executor.close(),
  }
}

const PING = ownStatement<Parameter>('SELECT count(*) FROM sqlite_schema', ['tables'])

async function noRoutines(): Promise<never> {
  throw new AppError('not_supported', 'SQLite has no stored procedures or functions.')
}
