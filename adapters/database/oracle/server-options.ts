import { access } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { OpenContext } from '../../../src/core/service-type.ts'
import type { OracleConfig } from './config.ts'
import { walletMissing } from './connect-errors.ts'
import type { ConnectOptions } from './driver.ts'

/** How the connections of one service are opened. */
export interface ServerOptions {
  readonly connect: ConnectOptions
  /** Time zone of the sessions: `+00:00`, or a name that the server knows. */
  readonly timezone: string
  /** SQL that runs on every new connection. */
  readonly statements: readonly string[]
  readonly connectTimeoutMs: number
  readonly statementTimeoutMs: number
}

/** `read`: nothing is written on it. */
export type Mode = 'read' | 'write'

export function serverOptions(
  config: OracleConfig,
  { baseDir, statementTimeoutMs }: OpenContext,
): ServerOptions {
  const { statement_timeout, connect_timeout, timezone, statements } = config
  return {
    connect: {
      user: config.username,
      password: config.password,
      connectString: config.tns === '' ? descriptor(config) : config.tns,
      ...(config.config_dir && { configDir: resolve(baseDir, config.config_dir) }),
      ...(config.wallet_location && { walletLocation: resolve(baseDir, config.wallet_location) }),
      ...(config.wallet_password && { walletPassword: config.wallet_password }),
      sslServerDNMatch: config.verify_server_name,
      stmtCacheSize: KEPT_STATEMENTS,
      connectTimeout: connect_timeout,
      transportConnectTimeout: connect_timeout,
    },
    timezone,
    statements,
    connectTimeoutMs: connect_timeout * 1000,
    statementTimeoutMs: statement_timeout === undefined ? statementTimeoutMs : statement_timeout * 1000,
  }
}

/** Throws `unavailable` for a wallet that is not there: the driver would blame the descriptor. */
export async function requireWallet({ walletLocation }: ConnectOptions): Promise<void> {
  if (walletLocation === undefined) return
  await access(join(walletLocation, 'ewallet.pem')).catch((cause: unknown) => {
    throw walletMissing(cause)
  })
}

/** Statements that a connection keeps open for their next use. */
const KEPT_STATEMENTS = 50

/** Oracle Net Services Reference, "Local Naming Parameters": a connect descriptor. */
function descriptor({ protocol, host, port, service_name, database }: OracleConfig): string {
  const target = service_name === '' ? `(SID=${plain(database)})` : `(SERVICE_NAME=${plain(service_name)})`
  return `(DESCRIPTION=(ADDRESS=(PROTOCOL=${protocol})(HOST=${plain(host)})(PORT=${port}))(CONNECT_DATA=${target}))`
}

/** Nothing in a name may end its place in the descriptor. */
function plain(text: string): string {
  return text.replaceAll(/[()="'\\\s]/g, '')
}
