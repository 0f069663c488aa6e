import { setMaxListeners } from 'node:events'
import { AppError } from '../../../src/core/errors.ts'
import type { Answer, DriverFailure } from './protocol.ts'

/** Signals that were told to take many listeners: telling costs more than asking here. */
const unlimited = new WeakSet<AbortSignal>()

/** One request on its way through a database process. The first to settle it wins: its answer, a limit or its caller. */
export class Job {
  /** The request as JSON text. */
  json: string
  readonly result: Promise<Answer | DriverFailure>
  readonly #signal: AbortSignal
  #settled = false
  #resolve: (answer: Answer | DriverFailure) => void = () => {}
  #reject: (error: AppError) => void = () => {}
  readonly #cancel = () => this.fail(cancelled())

  constructor(json: string, signal: AbortSignal) {
    this.json = json
    this.#signal = signal
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    if (signal.aborted) {
      this.#cancel()
      return
    }
    // Statements of one request share its signal: many listeners are no leak.
    if (!unlimited.has(signal)) {
      unlimited.add(signal)
      setMaxListeners(0, signal)
    }
    signal.addEventListener('abort', this.#cancel)
  }

  /** Nobody waits for an answer any more. */
  get settled(): boolean {
    return this.#settled
  }

  answer(answer: Answer | DriverFailure): void {
    if (this.#settle()) this.#resolve(answer)
  }

  fail(error: AppError): void {
    if (this.#settle()) this.#reject(error)
  }

  #settle(): boolean {
    if (this.#settled) return false
    this.#settled = true
    this.#signal.removeEventListener('abort', this.#cancel)
    return true
  }
}

export function cancelled(): AppError {
  return new AppError('timeout', 'The request was cancelled.')
}
