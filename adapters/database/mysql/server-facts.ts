import type { StatementText } from '../sql/connection.ts'

/** What must be known of a server and of the session on it. */
export interface ServerFacts {
  readonly isMariaDb: boolean
  /** Writes that can give the rows they wrote. */
  readonly returning: ReadonlySet<StatementText['verb']>
  /** Distance between two numbers that the server gives to new rows: more than 1 where several servers write. */
  readonly insertIdStep: number
  /** Largest statement with its values. */
  readonly maxPacketBytes: number
  /** Of the connection's database. */
  readonly charset: string
}

/** `10.11.6-MariaDB`, `8.4.0`. */
export function returningOf(version: string): ServerFacts['returning'] {
  const [, major = 0, minor = 0] = (/^(\d+)\.(\d+)/.exec(version) ?? []).map(Number)
  if (!/mariadb/i.test(version)) return new Set()
  // mariadb.com/kb: DELETE … RETURNING from 10.0.5, INSERT … RETURNING from 10.5.
  return new Set(major > 10 || minor >= 5 ? ['insert', 'delete'] : ['delete'])
}
