import { AppError } from '../core/errors.ts'

interface CacheOptions {
  readonly signal: AbortSignal
  /** Loads again; until it is there, callers without it get what was loaded before. */
  readonly refresh?: boolean | undefined
}

/** A value that is read once for everybody. */
export interface CachedLoad<T> {
  get(options: CacheOptions): Promise<T>
  /** The next caller loads again. */
  forget(): void
}

/** Concurrent first callers share one load; a failed load is forgotten. */
export function cachedLoad<T>(load: (signal: AbortSignal) => Promise<T>): CachedLoad<T> {
  let loading: Promise<T> | undefined
  let loaded: { readonly value: T } | undefined
  const start = (): Promise<T> => {
    const mine = load(AbortSignal.timeout(LOAD_TIMEOUT_MS))
    loading = mine
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
  return {
    async get({ signal, refresh }) {
      if (loaded && !refresh) return loaded.value
      return waitFor(refresh || !loading ? start() : loading, signal)
    },
    forget() {
      loading = undefined
      loaded = undefined
    },
  }
}

/** The catalogue is read for all callers, so it does not stop when one of them leaves. */
const LOAD_TIMEOUT_MS = 60_000

/** The promise, or the caller's own abort if that comes first. */
export function waitFor<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(new AppError('timeout', 'The request was cancelled.'))
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
