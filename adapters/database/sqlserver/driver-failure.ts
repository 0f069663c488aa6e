/** What an error of the driver tells: the server's error number, or a code of the network, of TLS or of the driver itself. */
export interface DriverFailure {
  /** learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors; 50000 and more were raised on purpose. */
  readonly number: number | undefined
  readonly code: string
  /** Holds SQL, values and hosts: for the log alone. */
  readonly message: string
  /** The connection is of no use any more. */
  readonly isFatal: boolean
}

/** Of several errors of one statement the first tells what was wrong, the others what became of it. */
export function failureOf(error: unknown): DriverFailure {
  const first: unknown = error instanceof AggregateError ? (error.errors[0] ?? error) : error
  const parts: { [key: string]: unknown } =
    first instanceof Error ? { ...first, message: first.message, cause: first.cause } : {}
  const { number, code, message, class: severity } = parts
  const inner = codeOf(parts.cause)
  return {
    number: typeof number === 'number' ? number : undefined,
    code: inner || (typeof code === 'string' ? code : ''),
    message: typeof message === 'string' ? message : String(first),
    // From 20 on the server closes the connection (learn.microsoft.com, "Database Engine Error Severities").
    isFatal: (typeof severity === 'number' && severity >= 20) || LOST.has(String(code)),
  }
}

const LOST = new Set(['ESOCKET', 'ECLOSE', 'EINVALIDSTATE', 'ETIMEOUT', 'ECONNRESET', 'EPIPE'])

/** The network's own code, where the driver wrapped it; several addresses of a host may have failed. */
function codeOf(cause: unknown): string {
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  if (!(first instanceof Error)) return ''
  const { code } = { ...first } as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** What a routine or a trigger raised on purpose (RAISERROR, THROW). */
export function isRaised({ number }: Pick<DriverFailure, 'number'>): boolean {
  return number !== undefined && number >= 50_000 && number !== UNMAPPED
}

/**
 * What Babelfish says for every error of PostgreSQL that has no number of SQL Server
 * (docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/babelfish-strict.html).
 */
export const UNMAPPED = 33_557_097
