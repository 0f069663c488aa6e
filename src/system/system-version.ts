import { randomInt } from 'node:crypto'
import type { DatabaseAdapter, Records } from '../core/database/adapter.ts'
import { AppError } from '../core/errors.ts'
import { VERSION_TABLE } from './bookkeeping.ts'
import { callSignal, rowsOf, tableNamed } from './records.ts'
import type { Secrets } from './secrets.ts'

const TABLE = tableNamed(VERSION_TABLE)
const ID = 1
/** Of the column's type: 32 bits on every engine. */
const MOST = 2 ** 31 - 1

/** A number that changes with every write to the system's records. */
export async function readVersion(records: Records, signal = callSignal()): Promise<number> {
  return Number((await readRow(records, signal)).version)
}

/**
 * At the beginning of a transaction: what it reads from here on is what the writers before it left, and those after it wait.
 * Writes what is there already, which locks the row on every engine. Answers the version. Throws `unavailable` when the secrets
 * are under another app key by now.
 */
export async function awaitTurn(records: Records, { fingerprint }: Secrets): Promise<number> {
  const set = { app_key_fingerprint: fingerprint }
  const all = [
    { op: '=', field: 'id', value: ID },
    { op: '=', field: 'app_key_fingerprint', value: fingerprint },
  ] as const
  await records.update(
    { table: TABLE, set, where: { op: 'and', all }, returning: [] },
    { signal: callSignal() },
  )
  const { version, app_key_fingerprint: stored } = await readRow(records)
  if (stored === fingerprint) return Number(version)
  throw new AppError('unavailable', 'The system database has another app key by now.', {
    hint: 'Start this server again with the new APP_KEY.',
  })
}

/** Of the app key that the secrets are stored under. */
export async function fingerprintOf(records: Records): Promise<string | undefined> {
  const [row] = await rowsOf(records, TABLE, callSignal())
  return row && String(row.app_key_fingerprint)
}

/** Inside a transaction that has its turn: from now on secrets are under another app key. */
export async function putFingerprint(records: Records, { fingerprint }: Secrets): Promise<void> {
  const set = { app_key_fingerprint: fingerprint }
  const where = { op: '=', field: 'id', value: ID } as const
  await records.update({ table: TABLE, set, where, returning: [] }, { signal: callSignal() })
}

/**
 * At the end of the transaction that writes; answers the new version. The number is drawn, not counted: it must not be one that
 * was there before, as after a restored backup.
 */
export async function drawVersion(records: Records): Promise<number> {
  const version = randomInt(1, MOST)
  const where = { op: '=', field: 'id', value: ID } as const
  await records.update({ table: TABLE, set: { version }, where, returning: [] }, { signal: callSignal() })
  return version
}

/** The first start keeps which app key the secrets are made with. Throws `bad_request` for another one later. */
export async function checkAppKey(adapter: DatabaseAdapter, { fingerprint }: Secrets): Promise<void> {
  if ((await rowsOf(adapter, TABLE, callSignal())).length === 0) await insertFirst(adapter, fingerprint)
  if ((await readRow(adapter)).app_key_fingerprint === fingerprint) return
  throw new AppError('bad_request', 'APP_KEY is not the key this system database was made with.', {
    hint: 'Set APP_KEY to the earlier value, or put the earlier app.key back into the data folder. To change the key, set APP_PREVIOUS_KEY to the earlier one.',
  })
}

/** Another process may be first. */
async function insertFirst(adapter: DatabaseAdapter, fingerprint: string): Promise<void> {
  const row = { id: ID, version: 1, app_key_fingerprint: fingerprint }
  try {
    await adapter.insert({ table: TABLE, rows: [row], returning: [] }, { signal: callSignal() })
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'conflict')) throw error
  }
}

async function readRow(records: Records, signal = callSignal()) {
  const row = (await rowsOf(records, TABLE, signal))[0]
  if (row) return row
  throw new AppError('internal', 'The system database has lost its version.')
}
