import { setMaxListeners } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'

interface CacheOptions {
  readonly signal: AbortSignal
  /** Loads again; until it is there, callers without it get what was loaded before. */
  readonly refresh?: boolean | undefined
}

/** A value that is read once for everybody. */
export interface CachedLoad<T> {
  get(options: CacheOptions): Promise<T>
  /** Undefined before it is loaded. */
  now(): T | undefined
  /** The next caller loads again. */
  forget(): void
}

/**
 * Concurrent first callers share one load; a failed load is forgotten. Who refreshes gets a load that began after they asked,
 * and shares it with all who asked meanwhile: one runs at a time, and however often it is asked for, the database is busy with
 * it a fifth of the time at most.
 */
export function cachedLoad<T>(load: (signal: AbortSignal) => Promise<T>): CachedLoad<T> {
  let loading: Promise<T> | undefined
  let loaded: { readonly value: T } | undefined
  let next: Promise<T> | undefined
  let running: Promise<unknown> = Promise.resolve()
  /** When the database has rested from the last load. */
  let restedAt = 0

  const start = (): Promise<T> => {
    const startedAt = performance.now()
    const mine = load(AbortSignal.timeout(LOAD_TIMEOUT_MS))
    const ended = () => {
      const now = performance.now()
      restedAt = now + Math.min(MOST_REST_MS, (now - startedAt) * REST)
    }
    loading = mine
    running = mine.then(ended, ended)
    mine.then(
      (value) => {
        if (loading === mine) loaded = { value }
      },
      () => {
        if (loading === mine) loading = undefined
      },
    )
    return mine
  }

  const startRested = async (): Promise<T> => {
    await running
    const wait = restedAt - performance.now()
    if (wait > 0) await pause(wait, undefined, { ref: false })
    next = undefined
    return start()
  }

  return {
    async get({ signal, refresh }) {
      if (!refresh) return loaded ? loaded.value : waitFor(loading ?? start(), signal)
      next ??= startRested()
      return waitFor(next, signal)
    },
    now: () => loaded?.value,
    forget() {
      loading = undefined
      loaded = undefined
    },
  }
}

/** The catalogue is read for all callers, so it does not stop when one of them leaves. */
const LOAD_TIMEOUT_MS = 60_000

/** How many times as long as a load took none is begun by a refresh. */
const REST = 4
const MOST_REST_MS = 10_000

/** The promise, or the caller's own abort if that comes first. */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AppError('timeout', 'The request was cancelled.'))
    if (signal.aborted) return stop()
    // Those who wait for one request share its signal: many listeners are no leak.
    setMaxListeners(0, signal)
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
