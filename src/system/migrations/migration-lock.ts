import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { LOCK_TABLE } from '../bookkeeping.ts'
import { rowsOf, tableNamed } from '../records.ts'

const TABLE = tableNamed(LOCK_TABLE)
const ID = 1
const FREE = ''
const BEAT_MS = 1_000
/** A holder that was not heard of for so long is gone. */
const GONE_MS = 10_000
const PAUSE_MS = 100

/**
 * Runs `work` while no other process does: it is whose name stands in the one row of the table, which must be there. The holder
 * writes a new number beside its name every second; whoever waits and sees none for ten takes the lock over. No clocks are
 * compared, and no connection is held: works the same on every engine.
 */
export async function withMigrationLock<T>(
  adapter: DatabaseAdapter,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const me = randomUUID()
  await take(adapter, me, signal)
  const mine = equal('holder', me)
  const timer = setInterval(() => {
    // One that is missed does no harm: the next follows.
    void write(adapter, { beat: newBeat() }, mine, signal).catch(() => {})
  }, BEAT_MS)
  try {
    return await work()
  } finally {
    clearInterval(timer)
    await write(adapter, { holder: FREE }, mine, signal)
  }
}

async function take(adapter: DatabaseAdapter, me: string, signal: AbortSignal): Promise<void> {
  let seen: { readonly row: Row; readonly atMs: number } | undefined
  for (;;) {
    if (await write(adapter, { holder: me, beat: newBeat() }, equal('holder', FREE), signal)) return
    const [row] = await rowsOf(adapter, TABLE, signal)
    if (row && !(seen && isSame(seen.row, row))) seen = { row, atMs: performance.now() }
    if (seen && performance.now() - seen.atMs > GONE_MS) {
      const where: Filter = {
        op: 'and',
        all: [equal('holder', String(seen.row.holder)), equal('beat', Number(seen.row.beat))],
      }
      if (await write(adapter, { holder: me, beat: newBeat() }, where, signal)) return
    }
    await sleep(PAUSE_MS, undefined, { signal })
  }
}

/** True when a row was there to write. */
async function write(
  adapter: DatabaseAdapter,
  set: Readonly<Record<string, string | number>>,
  where: Filter,
  signal: AbortSignal,
): Promise<boolean> {
  const all: Filter = { op: 'and', all: [equal('id', ID), where] }
  const { affected } = await adapter.update({ table: TABLE, set, where: all, returning: [] }, { signal })
  return affected > 0
}

function equal(field: string, value: string | number): Filter {
  return { op: '=', field, value }
}

function isSame(a: Row, b: Row): boolean {
  return a.holder === b.holder && a.beat === b.beat
}

function newBeat(): number {
  return randomInt(1, 2 ** 31 - 1)
}
