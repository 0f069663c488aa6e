import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { AppError } from '../../../src/core/errors.ts'
import type { OpenContext } from '../../../src/core/service-type.ts'
import type { MysqlConfig } from './config.ts'

/** How the connections of one service are opened. */
export interface ServerOptions {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly username: string
  readonly password: string
  /** Path of the server's socket, in place of host and port. */
  readonly unixSocket: string | undefined
  readonly sslmode: SslMode
  readonly pem: PemTexts
  /** Time zone in which the server takes and gives dates and times: `+00:00`, or a name that it knows. */
  readonly timezone: string
  readonly modes: readonly string[]
  /** SQL that runs on every new connection. */
  readonly statements: readonly string[]
  readonly connectTimeoutMs: number
  readonly statementTimeoutMs: number
}

/** Texts of PEM files. */
interface PemTexts {
  /** Trusted authorities; absent: those that Node trusts. */
  readonly ca?: string
  /** What is shown to the server. */
  readonly cert?: string
  readonly key?: string
}

export const SSL_MODES = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof SSL_MODES)[number]

/** `read`: the database refuses every change. */
export type Mode = 'read' | 'write'

export async function serverOptions(
  config: MysqlConfig,
  { baseDir, statementTimeoutMs }: OpenContext,
): Promise<ServerOptions> {
  const { statement_timeout, connect_timeout, unix_socket, modes, strict } = config
  return {
    ...config,
    unixSocket: unix_socket || undefined,
    modes: modes.length > 0 ? modes : strict ? [...STRICT, ...ALWAYS] : ALWAYS,
    pem: {
      ...(await pemText('ca', config.sslrootcert, baseDir)),
      ...(await pemText('cert', config.sslcert, baseDir)),
      ...(await pemText('key', config.sslkey, baseDir)),
    },
    connectTimeoutMs: connect_timeout * 1000,
    statementTimeoutMs: statement_timeout === undefined ? statementTimeoutMs : statement_timeout * 1000,
  }
}

const STRICT = ['STRICT_TRANS_TABLES', 'STRICT_ALL_TABLES', 'ERROR_FOR_DIVISION_BY_ZERO']
/** A 0 that is given is a 0, not the next number. Dates of zeros are allowed: what was read can be written back. */
const ALWAYS = ['NO_ENGINE_SUBSTITUTION', 'NO_AUTO_VALUE_ON_ZERO']

async function pemText(part: keyof PemTexts, file: string | undefined, baseDir: string): Promise<PemTexts> {
  if (file === undefined) return {}
  try {
    return { [part]: await readFile(resolve(baseDir, file), 'utf8') }
  } catch (cause) {
    throw new AppError('unavailable', 'A file of certificates cannot be read.', {
      hint: "Correct `sslrootcert`, `sslcert` and `sslkey` in the service's configuration.",
      cause,
    })
  }
}
