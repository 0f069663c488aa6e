import { cancelled, statementTimeout } from './interruption.ts'
import { allowManyListeners } from './many-listeners.ts'
import type { ServerConnection } from './server-connection.ts'

interface Limits {
  readonly signal: AbortSignal
  readonly limitMs: number
}

/**
 * Runs one thing on a connection. When the signal aborts or the limit passes, the server is told to stop it; what does not
 * stop then loses its connection. Settles only when the connection is quiet again, or closed.
 */
export async function guarded<P, T>(
  connection: ServerConnection<P>,
  work: () => Promise<T>,
  { signal, limitMs }: Limits,
): Promise<T> {
  if (signal.aborted) throw cancelled()
  const running = new Running(connection)
  const onAbort = () => running.stop(cancelled())
  const timer = setTimeout(() => running.stop(statementTimeout(limitMs)), limitMs)
  allowManyListeners(signal)
  signal.addEventListener('abort', onAbort)
  try {
    return await Promise.race([work(), running.closed])
  } catch (error) {
    throw running.reason ?? error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    await running.end()
  }
}

/** How long the server may take to hear the order to stop, and then to stop. */
const GRACE_MS = 1000

/** What runs on a connection, from its start until it is stopped or ends by itself. */
class Running<P> {
  /** Why it was stopped. */
  reason: Error | undefined
  /** Rejects when the connection had to be closed; stays open otherwise. */
  readonly closed: Promise<never>
  readonly #connection: ServerConnection<P>
  readonly #ended: Promise<void>
  #reject: (error: Error) => void = () => {}
  #resolve: () => void = () => {}
  #stopping: Promise<void> | undefined

  constructor(connection: ServerConnection<P>) {
    this.#connection = connection
    this.closed = new Promise((_, reject) => {
      this.#reject = reject
    })
    this.closed.catch(() => {})
    this.#ended = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  stop(reason: Error): void {
    this.reason ??= reason
    this.#stopping ??= this.#stop(this.reason)
  }

  /** Resolves when an order to stop can no longer hit what runs next. */
  async end(): Promise<void> {
    this.#resolve()
    await this.#stopping
  }

  async #stop(reason: Error): Promise<void> {
    const told = await within(GRACE_MS, this.#connection.cancel())
    if (told && (await within(GRACE_MS, this.#ended))) return
    this.#connection.destroy()
    this.#reject(reason)
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
