import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '../../../src/core/errors.ts'
import type { OpenContext } from '../../../src/core/service-type.ts'
import type { SqlserverConfig } from './config.ts'

/** How the connections of one service are opened. */
export interface ServerOptions {
  readonly host: string
  /** Not used where there is an instance. */
  readonly port: number
  readonly instance: string | undefined
  readonly database: string
  readonly username: string
  readonly password: string
  /** The Windows domain; undefined: a login of the server itself. */
  readonly domain: string | undefined
  /** Undefined: if the server offers it. */
  readonly encrypt: boolean | 'strict' | undefined
  readonly trustServerCertificate: boolean
  /** Text of a PEM file. */
  readonly ca: string | undefined
  readonly appName: string
  readonly isReadIntent: boolean
  /** SQL that runs on every new connection. */
  readonly statements: readonly string[]
  readonly connectTimeoutMs: number
  readonly statementTimeoutMs: number
}

export async function serverOptions(
  config: SqlserverConfig,
  { baseDir, statementTimeoutMs }: OpenContext,
): Promise<ServerOptions> {
  const [host = '', instance = ''] = config.host.split('\\')
  const [user, domain] = config.username.split('\\').toReversed()
  const isWindows = config.authentication === 'ntlm'
  return {
    host,
    port: config.port,
    instance: config.instance || instance || undefined,
    database: config.database,
    username: isWindows ? (user ?? '') : config.username,
    password: config.password,
    domain: isWindows ? config.domain || (domain ?? '') : undefined,
    encrypt: config.encrypt,
    trustServerCertificate: config.trust_server_certificate,
    ca: await pemText(config.sslrootcert, baseDir),
    appName: config.appname,
    isReadIntent: config.readonly,
    statements: config.statements,
    connectTimeoutMs: config.connect_timeout * 1000,
    statementTimeoutMs:
      config.statement_timeout === undefined ? statementTimeoutMs : config.statement_timeout * 1000,
  }
}

async function pemText(file: string | undefined, baseDir: string): Promise<string | undefined> {
  if (file === undefined) return undefined
  try {
    return await readFile(resolve(baseDir, file), 'utf8')
  } catch (cause) {
    throw new AppError('unavailable', 'The file of certificates cannot be read.', {
      hint: "Correct `sslrootcert` in the service's configuration.",
      cause,
    })
  }
}
