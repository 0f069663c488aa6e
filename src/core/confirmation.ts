import type { Row } from './database/value.ts'

/** What a person is asked before something is done for them. */
interface Question {
  /** In plain words: what would be done, and to how much. */
  readonly message: string
  /** All that the answer is to hold for (statement, count, sample …), as text: an answer to anything else is none. */
  readonly subject: string
}

/** `no`: refused, dismissed, or answered before. `unavailable`: their client cannot ask them, so nothing may be assumed. */
export type PersonsAnswer = 'yes' | 'no' | 'unavailable'

/** A write that is one of several, as far as it is known before it is made. */
export interface WriteToConfirm {
  /** A table. */
  readonly target: string
  /** `changes 3 rows` */
  readonly what: string
  readonly affected: number
  /** Of the keys of the rows; absent where the request names them itself. */
  readonly digest?: string
  /** The keys themselves, then. */
  readonly keys?: readonly string[]
  /** Some of the rows, as they are and as they would be, for who may read them. */
  readonly sample: { readonly sample_before?: readonly Row[]; readonly sample_after?: readonly Row[] }
  /** Most rows that need no confirmation, of all that is written in the table together; infinite where none does. */
  readonly over: number
  /** What it brings as a confirmation, and what one holds for that was given to this write alone. */
  readonly brought?: string | undefined
  readonly scope: string
}

/** Takes the writes of a transaction, which are confirmed together at its end: each is made as if it were, and rolled back if it is not. */
export interface ConfirmedTogether {
  /** All writes are told, also those that nobody has to confirm. */
  readonly isDryRun: boolean
  take(write: WriteToConfirm): void
}

/**
 * Asks the person behind a caller, and resolves with their answer. It may instead reject, for the whole call to be made again with
 * the answer: let that pass, and ask before anything is changed.
 */
export type AskPerson = (question: Question) => Promise<PersonsAnswer>
