import type { ConnectionOptions } from 'node:tls'

export const SSL_MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof SSL_MODES)[number]

/** Where a session is opened and how it is set up. */
export interface SessionOptions {
  /** A name, an address, or the absolute path of a socket's folder. */
  readonly host: string
  readonly port: number
  readonly database: string
  /** Blank: the user who runs the server. */
  readonly user: string
  readonly password: string
  readonly ssl: {
    readonly mode: SslMode
    /** PEM text */
    readonly ca?: string
    readonly cert?: string
    readonly key?: string
  }
  readonly applicationName: string
  readonly timeZone: string
  /** SQL of the configuration, run on every new connection. */
  readonly statements: readonly string[]
  readonly preparedStatements: boolean
  readonly statementTimeoutMs: number
}

/** What to try, in order: false is no encryption (postgresql.org/docs/current/libpq-ssl.html, table 34.1). */
export function sslAttempts({ host, ssl }: SessionOptions): readonly (ConnectionOptions | false)[] {
  // A socket of the same machine has no use for it, and no server offers it there.
  if (host.startsWith('/')) return [false]
  const files = {
    ...(ssl.ca === undefined ? {} : { ca: ssl.ca }),
    ...(ssl.cert === undefined ? {} : { cert: ssl.cert }),
    ...(ssl.key === undefined ? {} : { key: ssl.key }),
  }
  const unchecked = { ...files, rejectUnauthorized: false }
  switch (ssl.mode) {
    case 'disable':
      return [false]
    case 'allow':
      return [false, unchecked]
    case 'prefer':
      return [unchecked, false]
    case 'require':
      // With an authority at hand its certificates are checked, as libpq does.
      return [ssl.ca === undefined ? unchecked : { ...files, ...ANY_NAME }]
    case 'verify-ca':
      return [{ ...files, ...ANY_NAME }]
    case 'verify-full':
      return [{ ...files, rejectUnauthorized: true }]
  }
}

/** The certificate must be signed by an authority that is trusted; whose it is does not matter. */
const ANY_NAME = { rejectUnauthorized: true, checkServerIdentity: () => undefined }
