/** An error that the server sent, as the driver gives it (postgresql.org/docs/current/protocol-error-fields.html). */
export interface ServerError {
  readonly severity: string
  /** SQLSTATE */
  readonly code: string
  readonly message: string
  readonly detail?: string | undefined
  readonly hint?: string | undefined
  /** What the server was doing, innermost first. */
  readonly where?: string | undefined
  /** The name of a domain, where a value is not of it. */
  readonly dataType?: string | undefined
  readonly schema?: string | undefined
  readonly table?: string | undefined
  readonly column?: string | undefined
  readonly constraint?: string | undefined
}

/** Others are of the driver or of the network. */
export function isServerError(thrown: unknown): thrown is Error & ServerError {
  return (
    thrown instanceof Error &&
    'severity' in thrown &&
    typeof thrown.severity === 'string' &&
    'code' in thrown &&
    typeof thrown.code === 'string'
  )
}
