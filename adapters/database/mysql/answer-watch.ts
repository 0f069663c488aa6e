import type { Socket } from 'node:net'
import type { AppError } from '../../../src/core/errors.ts'
import { MAX_ANSWER_BYTES, tooLarge } from '../sql/answer-size.ts'

/** Sees how long an answer becomes while it comes in, even when it is one value. */
export class AnswerWatch {
  readonly #socket: Socket
  readonly #destroy: () => void
  #timer: NodeJS.Timeout | undefined
  #before = 0
  /** Of the statement that runs. */
  #refuse: ((error: AppError) => void) | undefined
  #hasRun = false

  /** `destroy` closes the connection, which is of no use when an answer is left in the middle. */
  constructor(socket: Socket, destroy: () => void) {
    this.#socket = socket
    this.#destroy = destroy
  }

  begin(refuse: (error: AppError) => void): void {
    this.#before = this.#socket.bytesRead
    this.#refuse = refuse
    this.#hasRun = true
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS)
  }

  end(): void {
    this.#refuse = undefined
  }

  /** The answer is too long. */
  refuse(): void {
    this.#destroy()
    this.#refuse?.(tooLarge())
    this.#refuse = undefined
  }

  /** One timer for many statements, as long as there are some. */
  #look(): void {
    const isOver = this.#refuse === undefined && !this.#hasRun
    this.#hasRun = false
    if (this.#refuse && this.#socket.bytesRead - this.#before > MAX_ANSWER_BYTES) this.refuse()
    // The driver is silent about what ran on a connection that was closed from here.
    if (!isOver && !this.#socket.destroyed) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}

const LOOK_MS = 20
