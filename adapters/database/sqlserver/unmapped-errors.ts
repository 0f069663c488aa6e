import { GONE, HELD, type KnownFailure, LOST, NOT_ALLOWED, OVERTAKEN, STOPPED } from '../sql/known-failure.ts'
import { type DriverFailure, UNMAPPED } from './driver-failure.ts'
import { BUSY, NOT_A_VALUE } from './error-table.ts'

/** An error of a server over PostgreSQL that has no number of its own: nothing but its words tells it from others. */
export function unmappedError({ number, message }: DriverFailure): KnownFailure | undefined {
  if (number !== UNMAPPED) return undefined
  return WORDS.find(([words]) => words.test(message))?.[1]
}

/** www.postgresql.org/docs/current/errcodes-appendix.html has the conditions; the words are the server's own. */
const WORDS: readonly (readonly [RegExp, KnownFailure])[] = [
  [/could not serialize access|current transaction is aborted/i, OVERTAKEN],
  [/permission denied|must be owner/i, NOT_ALLOWED],
  [/too many (clients|connections)|connection slots|out of (shared )?memory/i, BUSY],
  [/terminating connection|server closed the connection|is shutting down|is starting up/i, LOST],
  [/due to lock timeout/i, HELD],
  [/due to (statement timeout|user request)/i, STOPPED],
  [
    /not (currently |yet )?(supported|implemented)|unsupported/i,
    {
      code: 'not_supported',
      message: 'The database server of this service does not know what this request needs.',
      hint: 'It speaks the protocol of SQL Server without being one; an administrator finds in the log what it refused.',
    },
  ],
  [/does not exist|undefined/i, GONE],
  [/invalid input syntax|out of range|invalid byte sequence|value too long|is of type/i, NOT_A_VALUE],
]
