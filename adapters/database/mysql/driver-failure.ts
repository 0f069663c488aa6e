/** What an error of the driver tells: the server's error number, or a code of the network, of TLS or of the driver itself. */
export interface DriverFailure {
  /** dev.mysql.com/doc/mysql-errors, mariadb.com/kb/en/mariadb-error-code-reference */
  readonly errno: number | undefined
  readonly code: string
  /** Five characters; `45…` is what a routine or trigger raised on purpose. */
  readonly sqlState: string
  /** Holds SQL, values and hosts: for the log alone. */
  readonly message: string
  /** The connection is of no use any more. */
  readonly isFatal: boolean
}

export function failureOf(error: unknown): DriverFailure {
  const parts: { [key: string]: unknown } = error instanceof Error ? { ...error, message: error.message } : {}
  const { errno, code, sqlState, message, fatal } = parts
  return {
    // Errors of the network have numbers of their own, which are negative.
    errno: typeof errno === 'number' && errno > 0 ? errno : undefined,
    code: typeof code === 'string' ? code : '',
    sqlState: typeof sqlState === 'string' ? sqlState : '',
    message: typeof message === 'string' ? message : String(error),
    isFatal: fatal === true,
  }
}
