/** What a person is asked before something is done for them. */
interface Question {
  /** In plain words: what would be done, and to how much. */
  readonly message: string
  /** All that the answer is to hold for (statement, count, sample …), as text: an answer to anything else is none. */
  readonly subject: string
}

/** `no`: refused, dismissed, or answered before. `unavailable`: their client cannot ask them, so nothing may be assumed. */
export type PersonsAnswer = 'yes' | 'no' | 'unavailable'

/**
 * Asks the person behind a caller, and resolves with their answer. It may instead reject, for the whole call to be made again with
 * the answer: let that pass, and ask before anything is changed.
 */
export type AskPerson = (question: Question) => Promise<PersonsAnswer>
