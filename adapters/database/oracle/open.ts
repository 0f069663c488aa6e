import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { OpenContext } from '../../../src/core/service-type.ts'
import { createServerExecutor } from '../sql/server-executor.ts'
import { createAdapter } from './adapter.ts'
import type { OracleConfig } from './config.ts'
import { createConnector } from './connector.ts'
import { createDialect } from './dialect.ts'
import type { Driver } from './driver.ts'
import { requireWallet, serverOptions } from './server-options.ts'

interface OracleContext extends OpenContext {
  /** For tests of what is sent, where no server can be had. */
  readonly driver?: Driver
}

/** Connects once, to find wrong settings now and to learn what the server can. Throws `unavailable`. */
export async function openOracle(config: OracleConfig, context: OracleContext): Promise<DatabaseAdapter> {
  const { schema, timezone, pool_size, read_only, treat_number_as_decimal } = config
  const options = serverOptions(config, context)
  const { connectTimeoutMs, statementTimeoutMs } = options
  await requireWallet(options.connect)
  const driver = context.driver ?? (await import('oracledb')).default
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
