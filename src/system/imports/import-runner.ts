import type { Caller } from '../../core/caller.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Row, Value } from '../../core/database/value.ts'
import { AppError, toAppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'
import type { Services } from '../../core/service.ts'
import { importRows } from '../../operations/database/import/import-rows.ts'
import { execute } from '../../operations/execute.ts'
import type { ImportBook, Part } from './import-book.ts'

const LOOK_MS = 5_000
const WAIT_MS = 1_000
/** Longest wait for a database that cannot be reached. */
const MOST_WAITS = 600
const MARKED_KEYS = 200

export interface ImportRunner {
  run(id: number): void
  /** Takes up imports that nobody carries out any more, now and from time to time. */
  watch(): void
  /** Resolves when this process carries none out any more; they go on where there is one. */
  close(): Promise<void>
}

/**
 * Carries imports out, part by part, each in one transaction. Before a part is committed the keys of its rows are kept; whoever
 * takes the import up again looks whether they are in the table, and so writes no part twice and leaves none out.
 */
export function createImportRunner(options: {
  readonly book: ImportBook
  readonly services: Services
  /** With the rights of now. Throws when they are gone. */
  readonly callerOf: (who: { readonly appId?: number; readonly userId?: number }) => Caller
  readonly onError: (error: unknown) => void
}): ImportRunner {
  const { book, services, callerOf, onError } = options
  const running = new Map<number, Promise<void>>()
  const stopped = new AbortController()
  let timer: NodeJS.Timeout | undefined

  async function carryOut(id: number): Promise<void> {
    if (!(await book.lease(id))) return
    for (let waits = 0; ; ) {
      const job = await book.find(id)
      if (job?.status !== 'running') return
      if (stopped.signal.aborted) return void (await book.release(id))
      const next = Number(job.next_part)
      if (next >= Number(job.parts)) return await book.end(id, 'done', null)
      try {
        await writePart(job, await book.part(id, next))
        waits = 0
      } catch (thrown) {
        const error = toAppError(thrown)
        const mayPass = error.retryable || error.code === 'unavailable' || error.code === 'timeout'
        if (!mayPass || ++waits > MOST_WAITS) {
          if (error.code === 'internal') onError(error)
          return await book.end(id, 'failed', error.message)
        }
        await book.wait(id, error.message)
        await pause(stopped.signal)
      }
    }
  }

  async function writePart(job: Row, part: Part): Promise<void> {
    const id = Number(job.id)
    const mark = book.markOf(job)
    if (mark === undefined || !(await areThere(job, JSON.parse(mark)))) {
      const input = {
        table_name: String(job.table_name),
        records: part.records,
        offset: part.offset,
        before_commit: (keys: readonly Row[]) => book.mark(id, JSON.stringify(keysToMark(keys))),
      }
      const signal = AbortSignal.timeout(PART_MS)
      await execute(importRows, {
        service: String(job.service),
        input,
        caller: callerOf(whoOf(job)),
        services,
        signal,
      })
    }
    await book.advance(id, part)
  }

  async function areThere(job: Row, keys: readonly Row[]): Promise<boolean> {
    const signal = AbortSignal.timeout(PART_MS)
    const { adapter, schema } = await services.open(String(job.service), signal)
    const table = findByName((await schema({ signal })).tableByName, String(job.table_name))
    if (!table) throw new AppError('not_found', 'The table of the import is not there any more.')
    const where: Filter = { op: 'or', all: keys.map((key) => keyFilter(table.primaryKey, key)) }
    const query = { table, fields: table.primaryKey, where, limit: keys.length, as: 'rows' } as const
    const found = await adapter.select(query, { signal })
    return 'rows' in found && found.rows.length === keys.length
  }

  async function takeUp(): Promise<void> {
    await book.sweep()
    for (const id of await book.abandoned()) run(id)
  }

  function run(id: number): void {
    if (running.has(id) || stopped.signal.aborted) return
    const beat = setInterval(() => void book.lease(id).catch(onError), BEAT_MS)
    const work = carryOut(id)
      .catch(onError)
      .finally(() => {
        clearInterval(beat)
        running.delete(id)
      })
    running.set(id, work)
  }

  return {
    run,
    watch() {
      const look = () => void takeUp().catch(onError)
      look()
      timer = setInterval(look, LOOK_MS).unref()
    },
    async close() {
      clearInterval(timer)
      stopped.abort()
      await Promise.all(running.values())
    },
  }
}

const PART_MS = 120_000
const BEAT_MS = 10_000

function whoOf({ app_id, user_id }: Row): { readonly appId?: number; readonly userId?: number } {
  return {
    ...(typeof app_id === 'number' && { appId: app_id }),
    ...(typeof user_id === 'number' && { userId: user_id }),
  }
}

/** The first and the last ones will do: parts are there or not as a whole. */
function keysToMark(keys: readonly Row[]): readonly Row[] {
  if (keys.length <= MARKED_KEYS) return keys
  return [...keys.slice(0, MARKED_KEYS / 2), ...keys.slice(-MARKED_KEYS / 2)]
}

function keyFilter(fields: readonly string[], key: Row): Filter {
  return { op: 'and', all: fields.map((field) => ({ op: '=', field, value: keyValue(key[field]) })) }
}

function keyValue(value: Row[string] | undefined): Exclude<Value, null> {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw new AppError('bad_request', 'Rows can be imported by those who may read the key of the table.')
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, WAIT_MS)
    signal.addEventListener('abort', end)
  })
}
