import { createHash, randomUUID } from 'node:crypto'
import type { Cache } from '../core/cache/cache.ts'
import type { CallOptions, DatabaseAdapter } from '../core/database/adapter.ts'
import type { SelectQuery, SelectResult } from '../core/database/query.ts'

interface CachedReadsOptions {
  readonly cache: Cache
  /** Different for services, and for a service whose configuration was changed. Nobody else knows it. */
  readonly scope: string
  /** Of what is kept beside the database and has a part in how its tables are read. */
  readonly version: () => string
  readonly ttlMs: number
  /** The cache failed; the request did not. */
  readonly onError: (error: unknown) => void
}

export interface CachedReads extends DatabaseAdapter {
  /** What was read so far is not answered again, on any node. */
  forgetReads(): Promise<void>
}

/** Longer results are read again. In characters. */
const LONGEST = 1024 * 1024
/** Longer than any result is kept. */
const NAME_LENGTH = 16
const GENERATION_MS = 30 * 24 * 3_600_000

/**
 * The adapter with the results of its selects kept. The key is the whole resolved query, with the row filters and the values
 * of the caller in it, so nobody gets what was read for somebody with other rights. Every write through it begins a new
 * generation, for all tables: views and cascades know no borders. Reads inside transactions and streams are not kept.
 */
export function cachedReads(adapter: DatabaseAdapter, options: CachedReadsOptions): CachedReads {
  const { cache, scope, version, ttlMs, onError } = options
  const name = hash(scope).slice(0, NAME_LENGTH)
  const generationKey = `${name}:generation`
  /** After a write that could not be told to the cache: until what is in it is too old to be given. */
  let distrustedUntil = 0

  /** A new generation: what was kept before it is not given any more. */
  async function begin(): Promise<string> {
    const generation = randomUUID()
    await cache.set(generationKey, generation, GENERATION_MS)
    return generation
  }

  async function forgetReads(): Promise<void> {
    try {
      await begin()
    } catch (error) {
      distrustedUntil = Date.now() + ttlMs
      onError(error)
    }
  }

  async function thenForget<T>(write: Promise<T>): Promise<T> {
    try {
      return await write
    } finally {
      // Also behind a failure: its outcome may be unknown.
      await forgetReads()
    }
  }

  async function select(asked: SelectQuery, options: CallOptions): Promise<SelectResult> {
    // Kept are all the rows that were read, for whoever wants them next.
    const { lines: _, ...query } = asked
    if (Date.now() < distrustedUntil) return adapter.select(query, options)
    const key = `${name}:${hash(scope, version(), textOf(query))}`
    let generation: string
    try {
      const [current, kept] = await cache.get([generationKey, key])
      const known = current === undefined || kept === undefined ? undefined : readEntry(kept, current)
      if (known) return known
      generation = current ?? (await begin())
    } catch (error) {
      onError(error)
      return adapter.select(query, options)
    }
    const result = await adapter.select(query, options)
    const entry = entryOf(result, generation)
    // With the generation from before the read: one that a write overtook is never given.
    if (entry.length <= LONGEST) await cache.set(key, entry, ttlMs).catch(onError)
    return result
  }

  // What is read past `select` would be read each time.
  const { selectTogether: _, ...others } = adapter
  return {
    ...others,
    select,
    insert: (query, options) => thenForget(adapter.insert(query, options)),
    update: (query, options) => thenForget(adapter.update(query, options)),
    delete: (query, options) => thenForget(adapter.delete(query, options)),
    transaction: (work, options) => thenForget(adapter.transaction(work, options)),
    alter: (change, options) => thenForget(adapter.alter(change, options)),
    call: (query, options) =>
      query.readOnly ? adapter.call(query, options) : thenForget(adapter.call(query, options)),
    forgetReads,
  }
}

function hash(...texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('base64url')
}

/** Everything in a query; a table stands for its name. */
function textOf(query: SelectQuery): string {
  return JSON.stringify(query, (key, value: unknown) => {
    if (key === 'table' && typeof value === 'object' && value !== null) return Reflect.get(value, 'name')
    if (typeof value === 'bigint') return { bigint: String(value) }
    return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value
  })
}

/** Generation, kind of result, and the result: `<generation> json 25 [...]`. */
function entryOf(result: SelectResult, generation: string): string {
  return 'json' in result
    ? `${generation} json ${result.count} ${result.json}`
    : `${generation} rows 0 ${JSON.stringify(result.rows)}`
}

const ENTRY = /^(\S+) (json|rows) (\d+) /

function readEntry(entry: string, generation: string): SelectResult | undefined {
  const [head = '', written, kind, count] = ENTRY.exec(entry) ?? []
  if (written !== generation) return undefined
  const text = entry.slice(head.length)
  return kind === 'json' ? { json: text, count: Number(count) } : { rows: JSON.parse(text) }
}
