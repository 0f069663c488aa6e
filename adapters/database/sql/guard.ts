import { cancelled, statementTimeout } from './interruption.ts'
import type { ServerConnection } from './server-connection.ts'
import type { TimeLimit } from './time-limit.ts'
import { whenAborted } from './when-aborted.ts'

export interface Limits {
  readonly signal: AbortSignal
  readonly time: TimeLimit
}

/**
 * Runs one thing on a connection. When the signal aborts or the limit passes, the server is told to stop it; what does not
 * stop then loses its connection. Settles only when the connection is quiet again, or closed; `done` is called just before.
 */
export function guarded<P, T>(
  connection: ServerConnection<P>,
  work: () => Promise<T>,
  { signal, time, done }: Limits & { readonly done?: () => void },
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      done?.()
      return reject(cancelled())
    }
    const running = new Running(connection, (error) => finish(() => reject(error)))
    const forgetAbort = whenAborted(signal, () => running.stop(cancelled()))
    const forgetTime = time.watch(() => running.stop(statementTimeout(time.limitMs)))
    let isFinished = false
    const finish = (settle: () => void) => {
      if (isFinished) return
      isFinished = true
      forgetTime()
      forgetAbort()
      done?.()
      settle()
    }
    work().then(
      (value) => running.end(() => finish(() => resolve(value))),
      (error: unknown) => running.end(() => finish(() => reject(running.reason ?? error))),
    )
  })
}

/** How long the server may take to hear the order to stop, and as long again to stop: a busy one, too. */
const GRACE_MS = 2500

/** What runs on a connection, from its start until it is stopped or ends by itself. */
class Running<P> {
  /** Why it was stopped. */
  reason: Error | undefined
  readonly #connection: ServerConnection<P>
  readonly #fail: (error: Error) => void
  #isOver = false
  #over: (() => void) | undefined
  #stopping: Promise<void> | undefined

  /** `fail` is called when the connection had to be closed. */
  constructor(connection: ServerConnection<P>, fail: (error: Error) => void) {
    this.#connection = connection
    this.#fail = fail
  }

  stop(reason: Error): void {
    if (this.#isOver) return
    this.reason ??= reason
    this.#stopping ??= this.#stop(this.reason)
  }

  /** Calls `settle` when an order to stop can no longer hit what runs next. */
  end(settle: () => void): void {
    this.#isOver = true
    this.#over?.()
    if (this.#stopping) this.#stopping.then(settle, settle)
    else settle()
  }

  async #stop(reason: Error): Promise<void> {
    const told = await within(GRACE_MS, this.#connection.cancel())
    if (told && (await within(GRACE_MS, this.#ended()))) return
    this.#connection.destroy()
    this.#fail(reason)
  }

  #ended(): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return new Promise((resolve) => {
      this.#over = resolve
    })
  }
}

/** True when the promise resolves in time. */
function within(ms: number, promise: Promise<void>): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms)
    promise.then(
      () => {
        clearTimeout(timer)
        resolve(true)
      },
      () => {
        clearTimeout(timer)
        resolve(false)
      },
    )
  })
}
