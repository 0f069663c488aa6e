import { type DriverFailure, UNMAPPED } from './driver-failure.ts'
import {
  BUSY,
  GONE,
  type Known,
  LOST,
  NOT_A_VALUE,
  NOT_ALLOWED,
  OVERTAKEN,
  TIMED_OUT,
} from './error-table.ts'

/** An error of a server over PostgreSQL that has no number of its own: nothing but its words tells it from others. */
export function unmappedError({ number, message }: DriverFailure): Known | undefined {
  if (number !== UNMAPPED) return undefined
  return WORDS.find(([words]) => words.test(message))?.[1]
}

/** www.postgresql.org/docs/current/errcodes-appendix.html has the conditions; the words are the server's own. */
const WORDS: readonly (readonly [RegExp, Known])[] = [
  [/could not serialize access|current transaction is aborted/i, OVERTAKEN],
  [/permission denied|must be owner/i, NOT_ALLOWED],
  [/too many (clients|connections)|connection slots|out of (shared )?memory/i, BUSY],
  [/terminating connection|server closed the connection|is shutting down|is starting up/i, LOST],
  [/due to lock timeout/i, TIMED_OUT],
  [/due to (statement timeout|user request)/i, { code: 'timeout', message: 'The statement was stopped.' }],
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
