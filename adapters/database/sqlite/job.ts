import type { AppError } from '../../../src/core/errors.ts'
import { cancelled } from '../sql/interruption.ts'
import { allowManyListeners } from '../sql/many-listeners.ts'
import type { Answer, DriverFailure, Forwarded } from './protocol.ts'

/** One request on its way through a database process. The first to settle it wins: its answer, a limit or its caller. */
export class Job {
  /** The request as JSON text. */
  json: string
  readonly result: Promise<Answer | Forwarded | DriverFailure>
  readonly #signal: AbortSignal
  #settled = false
  #resolve: (answer: Answer | Forwarded | DriverFailure) => void = () => {}
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
    allowManyListeners(signal)
    signal.addEventListener('abort', this.#cancel)
  }

  /** Nobody waits for an answer any more. */
  get settled(): boolean {
    return this.#settled
  }

  answer(answer: Answer | Forwarded | DriverFailure): void {
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
