import { AppError, OUTCOME_UNKNOWN } from '../../../src/core/errors.ts'
import { NEVER } from '../sql/when-aborted.ts'
import type { Call, Calls } from './calls.ts'
import { toAppError } from './errors.ts'
import { isLostOnTheWay } from './failure.ts'

type Undo = (call: Call) => Promise<unknown>

/**
 * What was written without a transaction, so that it can be taken back. It is no transaction: others see what is written meanwhile,
 * and what is not taken back when this process ends stays.
 */
export class Journal {
  readonly #steps: Undo[] = []
  #isInDoubt = false

  add(undo: Undo): void {
    this.#steps.push(undo)
  }

  /** A write that cannot be taken back when its answer is lost: nobody knows whether it was done. */
  async attempt<T>(write: Promise<T>): Promise<T> {
    try {
      return await write
    } catch (error) {
      if (isLostOnTheWay(error)) this.#isInDoubt = true
      throw error
    }
  }

  get isInDoubt(): boolean {
    return this.#isInDoubt
  }

  /** The last first. */
  async undo(call: Call): Promise<void> {
    for (let step = this.#steps.pop(); step; step = this.#steps.pop()) await step(call)
  }

  get isEmpty(): boolean {
    return this.#steps.length === 0
  }
}

/** Runs work whose writes are noted; when it fails they are taken back. */
export async function journalled<T>(calls: Calls, work: (journal: Journal) => Promise<T>): Promise<T> {
  const journal = new Journal()
  try {
    return await work(journal)
  } catch (error) {
    if (!journal.isEmpty)
      await calls.run({ signal: NEVER }, (call) => journal.undo(call)).catch(notUndone(error))
    if (journal.isInDoubt) notUndone(error)(error)
    throw error
  }
}

/** Then nobody knows what is left. */
export function notUndone(reason: unknown): (failure: unknown) => never {
  return (failure) => {
    const { code, message } = toAppError(reason)
    throw new AppError(code, message, {
      hint: 'Some of it may be written already: read the records before you try again.',
      context: { reason: OUTCOME_UNKNOWN },
      cause: failure,
    })
  }
}
