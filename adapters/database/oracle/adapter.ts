import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { ownStatement } from '../sql/connection.ts'
import type { SqlDialect } from '../sql/dialect.ts'
import { readOnly } from '../sql/interruption.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import type { ServerExecutor } from '../sql/server-executor.ts'
import { createStatements } from '../sql/statements.ts'
import { alterSchema, renameStatement } from './alter.ts'
import { callRoutine } from './call.ts'
import { ORACLE_CAPABILITIES, READ_CAPABILITIES } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import type { OracleConnection } from './connection.ts'
import type { Parameter } from './parameter.ts'
import { createOracleRecords } from './records.ts'
import { readRoutines } from './routines.ts'
import type { ServerFacts } from './server-facts.ts'

export interface DescribedSchema extends SchemaScope {
  readonly server: ServerFacts
  /** A NUMBER of one digit is a number. */
  readonly numbersOnly: boolean
}

interface AdapterParts {
  readonly executor: ServerExecutor<Parameter, OracleConnection>
  readonly dialect: SqlDialect<Parameter>
  readonly scope: DescribedSchema
  readonly isReadOnly: boolean
}

/** The port over a place to run statements. */
export function createAdapter({ executor, dialect, scope, isReadOnly }: AdapterParts): DatabaseAdapter {
  const statements = createStatements(dialect)
  return {
    capabilities: isReadOnly ? READ_CAPABILITIES : ORACLE_CAPABILITIES,
    ...createOracleRecords(executor, statements, dialect),
    readSchema: (options) => readCatalogue(executor, scope, options),
    transaction: (work, options) =>
      executor.transaction(
        (connection) => work(createOracleRecords(connection, statements, dialect)),
        options,
      ),
    stream: (query, options) => executor.stream(statements.select({ ...query, as: 'rows' }), options),
    async alter(changes, options) {
      if (isReadOnly) throw readOnly()
      for (const change of [changes].flat()) await alterSchema(executor, change, scope, options)
    },
    async rename(rename, options) {
      if (isReadOnly) throw readOnly()
      const search = { connection: executor, server: scope.server, options }
      await executor.write([ownStatement<Parameter>(await renameStatement(search, rename))], options)
    },
    async ping(options) {
      await executor.read(PING, 'rows', options)
    },
    listRoutines: (kind, options) => readRoutines(executor, kind, scope, options),
    call: (query, options) => {
      const isSealed = query.readOnly || isReadOnly
      const call = (connection: OracleConnection) =>
        callRoutine(connection, { ...query, readOnly: isSealed }, dialect)
      return executor.use(isSealed ? 'read' : 'write', call, options)
    },
    close: () => executor.close(),
  }
}

const PING = ownStatement<Parameter>('select 1 from dual', ['one'])
