import type { CallOptions, DatabaseAdapter, SchemaChange } from '../../../src/core/database/adapter.ts'
import type { Capability } from '../../../src/core/database/capability.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { SqlDialect } from '../sql/dialect.ts'
import { readOnly } from '../sql/interruption.ts'
import { createRecords } from '../sql/records.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import type { ServerExecutor } from '../sql/server-executor.ts'
import { createStatements } from '../sql/statements.ts'
import { schemaStatements } from './alter.ts'
import { callRoutine } from './call.ts'
import { readCapabilities, SQLSERVER_CAPABILITIES } from './capabilities.ts'
import { readCatalogue } from './catalogue.ts'
import type { SqlserverConnection } from './connection.ts'
import type { Parameter } from './parameter.ts'
import { renameThing } from './rename.ts'
import { notesOnRights } from './rights.ts'
import { readRoutines } from './routines.ts'
import { withoutSameNumber } from './same-number.ts'
import { ALL_WORDS, FEW_WORDS, type SchemaWords } from './schema-words.ts'
import type { ServerFacts } from './server-facts.ts'
import { readTableObjects } from './table-objects.ts'

interface AdapterParts {
  readonly executor: ServerExecutor<Parameter, SqlserverConnection>
  readonly dialect: SqlDialect<Parameter>
  readonly scope: SchemaScope
  readonly facts: ServerFacts
  readonly triggered: Set<string>
  readonly isReadOnly: boolean
  /** Of a service that only reads: somebody vouches that its login lets no procedure write. */
  readonly trustsProcedures: boolean
}

/** The port over a place to run statements. */
export function createAdapter({
  executor,
  dialect,
  scope,
  facts,
  triggered,
  isReadOnly,
  trustsProcedures,
}: AdapterParts): DatabaseAdapter {
  const statements = createStatements(dialect)
  const recordsOver = (connection: Connection<Parameter>) => {
    const records = createRecords(connection, statements, dialect)
    const update: typeof records.update = (query, options) =>
      records.update(withoutSameNumber(query), options)
    return { ...records, update }
  }
  const capabilities: ReadonlySet<Capability> = isReadOnly
    ? readCapabilities(trustsProcedures)
    : SQLSERVER_CAPABILITIES
  return {
    capabilities,
    ...recordsOver(executor),
    readSchema: (options) => readCatalogue(executor, { scope, facts, triggered }, options),
    transaction: (work, options) =>
      executor.transaction((connection) => work(recordsOver(connection)), options),
    stream: (query, options) => executor.stream(statements.select({ ...query, as: 'rows' }), options),
    async alter(changes, options) {
      if (isReadOnly) throw readOnly()
      const changed = (words: SchemaWords) =>
        alterAll(executor, { changes: [changes].flat(), words }, options)
      try {
        await changed(ALL_WORDS)
      } catch (error) {
        if (!isUnknownToServer(error)) throw error
        await changed(FEW_WORDS).catch((second: unknown) => {
          throw isUnknownToServer(second) ? error : second
        })
      }
    },
    async rename(rename, options) {
      if (isReadOnly) throw readOnly()
      await renameThing(executor, rename, options)
    },
    async ping(options) {
      await executor.read(PING, 'rows', options)
    },
    listRoutines: (kind, options) => readRoutines(executor, kind, { scope, facts }, options),
    call: (query, options) =>
      executor.use(
        query.readOnly ? 'read' : 'write',
        (connection) => callRoutine(connection, query, { dialect, trustsProcedures }),
        options,
      ),
    notes: async (options) => [
      ...(await notesOnRights(executor, isReadOnly, options)),
      ...(trustsProcedures ? [TRUSTED] : []),
    ],
    close: () => executor.close(),
  }
}

/** Servers that only speak the protocol lack some of the words, and say so in one of these ways. */
function isUnknownToServer(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'internal' || error.code === 'not_supported')
}

interface Alteration {
  readonly changes: readonly SchemaChange[]
  readonly words: SchemaWords
}

/** All or nothing. */
async function alterAll(
  executor: AdapterParts['executor'],
  { changes, words }: Alteration,
  options: CallOptions,
): Promise<void> {
  await executor.transaction(async (connection) => {
    for (const change of changes) {
      const objects = await readTableObjects(connection, change, options)
      for (const sql of schemaStatements(change, objects, words))
        await connection.write([ownStatement<Parameter>(sql)], options)
    }
  }, options)
}

const TRUSTED =
  'Procedures are called although the service only reads (read_only_procedures): only the rights of the login keep them from writing.'

const PING = ownStatement<Parameter>('select 1', ['one'])
