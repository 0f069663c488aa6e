import { openSqlite } from '../adapters/database/sqlite/open.ts'
import type { Config } from './config/config.ts'
import type { DatabaseAdapter } from './core/database/adapter.ts'
import { AppError } from './core/errors.ts'
import type { ServiceType } from './core/service-type.ts'

/** Few: what is read often is in memory. */
const CONNECTIONS = 4
/** Connections that hang during an outage must not be in the way when it is over. */
const CONNECT_SECONDS = 5

/** Opens what `DB_CONNECTION` names. Throws `unavailable` or `bad_request` that names the settings; never with a value of one. */
export async function openSystemDatabase(
  { systemDatabase, dataDir, statementTimeoutMs }: Config,
  types: readonly ServiceType[],
): Promise<DatabaseAdapter> {
  if (systemDatabase.kind === 'file') {
    return await openSqlite({ file: systemDatabase.file, inline: true, create: true, statementTimeoutMs })
  }
  const type = types.find(({ name }) => name === systemDatabase.type)
  if (!type) throw new AppError('internal', `There is no type of database '${systemDatabase.type}'.`)
  const parsed = type.config.safeParse({
    ...systemDatabase.config,
    // Tables elsewhere in the same database are not ours.
    schema: 'default',
    pool_size: CONNECTIONS,
    connect_timeout: CONNECT_SECONDS,
  })
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    throw new AppError('bad_request', `The system database cannot be opened: ${problems.join('; ')}.`, {
      hint: HINT,
    })
  }
  try {
    return await type.open(parsed.data, { baseDir: dataDir, statementTimeoutMs })
  } catch (cause) {
    if (!(cause instanceof AppError)) throw cause
    throw new AppError(cause.code, `The system database cannot be opened: ${cause.message}`, {
      hint: HINT,
      cause,
    })
  }
}

/**
 * A second way into a system database that is a file: statements run in a process of their own, which holds up nobody here. It is started by
 * the first and ends a minute after the last. Undefined elsewhere.
 */
export async function openSystemDatabaseApart({
  systemDatabase,
  statementTimeoutMs,
}: Config): Promise<DatabaseAdapter | undefined> {
  return systemDatabase.kind === 'file'
    ? await openSqlite({ file: systemDatabase.file, statementTimeoutMs })
    : undefined
}

const HINT =
  'Look at DB_CONNECTION, DB_HOST, DB_PORT, DB_DATABASE, DB_USERNAME and DB_PASSWORD. The database must exist; its tables are made.'
