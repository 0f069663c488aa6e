import { dateTime } from '../records.ts'

/** When each key, or whatever else has an id, was last used: kept in memory, and written now and then. */
export interface KeyUses<Id> {
  note(id: Id, at: number): void
  /** Writes what is new. */
  close(): Promise<void>
}

const WRITE_MS = 5_000

export function createKeyUses<Id = number>(options: {
  readonly write: (dateById: ReadonlyMap<Id, string>) => Promise<void>
  readonly onError: (error: unknown) => void
  readonly writeMs?: number
}): KeyUses<Id> {
  const { write, onError, writeMs = WRITE_MS } = options
  let used = new Map<Id, number>()
  let running = Promise.resolve()

  async function flush(): Promise<void> {
    if (used.size === 0) return
    const batch = used
    used = new Map()
    await write(new Map([...batch].map(([id, at]) => [id, dateTime(new Date(at))] as const)))
  }

  const next = () => {
    running = running.then(flush).catch(onError)
    return running
  }
  const timer = setInterval(() => void next(), writeMs)
  timer.unref()
  return {
    note: (id, at) => void used.set(id, at),
    close() {
      clearInterval(timer)
      return next()
    },
  }
}
