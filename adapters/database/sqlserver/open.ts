import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import type { OpenContext } from '../../../src/core/service-type.ts'
import { createServerExecutor } from '../sql/server-executor.ts'
import { createAdapter } from './adapter.ts'
import type { SqlserverConfig } from './config.ts'
import type { Shared } from './connection.ts'
import { createConnector } from './connector.ts'
import { dial } from './dial.ts'
import { createDialect } from './dialect.ts'
import { type Driver, loadDriver } from './driver.ts'
import { readFacts } from './read-facts.ts'
import { serverOptions } from './server-options.ts'

interface SqlserverContext extends OpenContext {
  /** For tests of what is sent, where no server can be had. */
  readonly driver?: Driver
}

/** Connects once, to find wrong settings now and to learn what the server can. Throws `unavailable`. */
export async function openSqlserver(
  config: SqlserverConfig,
  context: SqlserverContext,
): Promise<DatabaseAdapter> {
  const options = await serverOptions(config, context)
  const driver = context.driver ?? (await loadDriver())
  const signal = AbortSignal.timeout(options.connectTimeoutMs)
  const { connection: first } = await dial(driver, options, signal)
  signal.addEventListener('abort', () => first.close())
  const facts = await readFacts(driver, first).finally(() => first.close())
  const shared: Shared = { driver, hasBatches: facts.hasBatches, triggered: new Set() }
  return createAdapter({
    executor: createServerExecutor({
      read: createConnector(shared, options, facts.allowsSnapshots ? SNAPSHOTS : []),
      write: config.read_only ? undefined : createConnector(shared, options, []),
      poolSize: config.pool_size,
      connectTimeoutMs: options.connectTimeoutMs,
      statementTimeoutMs: options.statementTimeoutMs,
    }),
    dialect: createDialect(facts),
    scope: { schema: config.schema },
    facts,
    triggered: shared.triggered,
    isReadOnly: config.read_only,
    trustsProcedures: config.read_only && config.read_only_procedures,
  })
}

/** Reads see what was committed when they began, and neither wait for writers nor keep them waiting. */
const SNAPSHOTS = ['set transaction isolation level snapshot']
