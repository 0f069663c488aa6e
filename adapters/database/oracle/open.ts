import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { OpenContext } from '../../../src/core/service-type.ts'
import { createServerExecutor } from '../sql/server-executor.ts'
import { createAdapter } from './adapter.ts'
import type { OracleConfig } from './config.ts'
import { createConnector } from './connector.ts'
import { createDialect } from './dialect.ts'
import { requireWallet, serverOptions } from './server-options.ts'

/** Connects once, to find wrong settings now and to learn what the server can. Throws `unavailable`. */
export async function openOracle(config: OracleConfig, context: OpenContext): Promise<DatabaseAdapter> {
  const { schema, timezone, pool_size, read_only, treat_number_as_decimal } = config
  const options = serverOptions(config, context)
  const { connectTimeoutMs, statementTimeoutMs } = options
  await requireWallet(options.connect)
  const { default: driver } = await import('oracledb')
  const read = createConnector(driver, options, 'read')
  const first = await read.connect(AbortSignal.timeout(connectTimeoutMs))
  const { server } = first
  await first.end()
  return createAdapter({
    executor: createServerExecutor({
      read,
      write: read_only ? undefined : createConnector(driver, options, 'write'),
      poolSize: pool_size,
      connectTimeoutMs,
      statementTimeoutMs,
    }),
    dialect: createDialect(server, timezone),
    scope: { schema, server, numbersOnly: treat_number_as_decimal },
    isReadOnly: read_only,
  })
}
