/** What the driver tells of a failure, whatever was thrown. */
export interface DriverFailure {
  /** Of ORA-00001: 1. Absent of a failure that is the driver's own. */
  readonly number: number | undefined
  /** `ORA-00001`, `NJS-500`, `ECONNREFUSED`. */
  readonly code: string
  readonly message: string
  /** The session is gone, or cannot be relied on. */
  readonly isFatal: boolean
}

/** The driver gives some of the server's errors a code of its own, and keeps the number beside it. */
export function failureOf(error: unknown): DriverFailure {
  if (!(error instanceof Error)) return { number: undefined, code: '', message: '', isFatal: false }
  const given: unknown = Reflect.get(error, 'code')
  const code = typeof given === 'string' ? given : ''
  const told: unknown = Reflect.get(error, 'errorNum')
  const written = /\bORA-(\d{5})\b/.exec(error.message)?.[1]
  const number =
    typeof told === 'number' && told > 0 ? told : written === undefined ? undefined : Number(written)
  const isFatal = FATAL_CODES.has(code) || (number !== undefined && FATAL.has(number))
  return { number, code, message: error.message, isFatal }
}

/** docs.oracle.com/error-help/db: the session is over. */
const FATAL: ReadonlySet<number> = new Set([
  22, 28, 31, 45, 378, 600, 602, 603, 609, 1012, 1033, 1034, 1041, 1043, 1089, 1090, 1092, 2396, 2399, 3113,
  3114, 3122, 3135, 12153, 12157, 12537, 12547, 12570, 12571, 12583, 27146, 28511, 56600,
])

/** node-oracledb's own (docs, "Error Handling"), and those of the network. */
const FATAL_CODES: ReadonlySet<string> = new Set([
  'NJS-003', // the connection is closed
  'NJS-500', // the connection was closed by the server
  'NJS-501', // lost contact
  'NJS-503', // could not be established
  'NJS-509', // a packet that is none
  'NJS-510', // timed out
  'NJS-511', // refused
  'NJS-513', // the server asks to leave
  'NJS-521', // end of file
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])
