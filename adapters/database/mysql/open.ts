import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { OpenContext } from '../../../src/core/service-type.ts'
import { createServerExecutor } from '../sql/server-executor.ts'
import { createAdapter } from './adapter.ts'
import type { MysqlConfig } from './config.ts'
import { createConnector } from './connector.ts'
import { createDialect } from './dialect.ts'
import { serverOptions } from './server-options.ts'

interface MysqlContext extends OpenContext {
  /** For tests of MySQL's way on a MariaDB: rows are read after they were written, though the server could return them. */
  readonly ignoreReturning?: boolean
}

/** Connects once, to find wrong settings now and to learn what the server can. Throws `unavailable`. */
export async function openMysql(config: MysqlConfig, context: MysqlContext): Promise<DatabaseAdapter> {
  const { schema, database, timezone, collation, pool_size, read_only } = config
  const options = await serverOptions(config, context)
  const { connectTimeoutMs, statementTimeoutMs } = options
  const { default: driver } = await import('mysql2')
  const read = createConnector(driver, options, 'read')
  const first = await read.connect(AbortSignal.timeout(connectTimeoutMs))
  const { server } = first
  await first.end()
  const returning = context.ignoreReturning ? new Set<never>() : server.returning
  const isOther = schema !== '' && schema !== 'default' && schema !== database
  const otherDatabase = isOther ? schema : undefined
  return createAdapter({
    executor: createServerExecutor({
      read,
      write: read_only ? undefined : createConnector(driver, options, 'write'),
      poolSize: pool_size,
      connectTimeoutMs,
      statementTimeoutMs,
    }),
    dialect: createDialect({ maxPacketBytes: server.maxPacketBytes, returning, timezone, otherDatabase }),
    scope: { schema },
    newTables: { collation, isUnicode: server.charset === 'utf8mb4', otherDatabase },
    isReadOnly: read_only,
  })
}
