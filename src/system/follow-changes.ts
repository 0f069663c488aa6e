import type { DatabaseAdapter, Records } from '../core/database/adapter.ts'
import { changesBetween, newestChange } from './changes/change-log.ts'
import { callSignal, pagesOf, rowsWithIds } from './records.ts'
import { createRecordsRead, type RecordsRead } from './records-read.ts'
import type { Secrets } from './secrets.ts'
import type { Snapshot } from './snapshot.ts'
import { createSnapshotState, SNAPSHOT_TABLES, type SnapshotState } from './snapshot-state.ts'
import { awaitTurn, readVersion } from './system-version.ts'

/** The system's records, held in memory. */
export interface FollowedRecords {
  snapshot(): Snapshot
  /** Takes in what was committed before; true when that was anything. One call at a time. */
  catchUp(): Promise<boolean>
}

const ATTEMPTS = 5

/** Reads all records once, and later only those that the log of changes names, as long as it tells. */
export async function followChanges(adapter: DatabaseAdapter, secrets: Secrets): Promise<FollowedRecords> {
  let reached = await readLatest(undefined)

  /** Undefined: something was written while it read, so that may be of two versions. */
  async function tryToRead(before: Reached | undefined): Promise<Reached | undefined> {
    const version = await readVersion(adapter)
    if (version === before?.snapshot.version) return before
    const read = await readSince(adapter, before, version)
    return (await readVersion(adapter)) === version ? taken(read, before, version, secrets) : undefined
  }
  async function readLatest(before: Reached | undefined): Promise<Reached> {
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const latest = await tryToRead(before)
      if (latest) return latest
    }
    const options = { signal: callSignal(), retry: true }
    const { read, version } = await adapter.transaction(async (records) => {
      // From here on writers wait.
      const version = await awaitTurn(records, secrets)
      return { version, read: await readSince(records, before, version) }
    }, options)
    return taken(read, before, version, secrets)
  }
  return {
    snapshot: () => reached.snapshot,
    async catchUp() {
      const { version } = reached.snapshot
      reached = await readLatest(reached)
      return reached.snapshot.version !== version
    },
  }
}

interface Reached {
  readonly state: SnapshotState
  readonly snapshot: Snapshot
  /** The newest change in it. */
  readonly changeId: number
}

interface Read {
  readonly records: RecordsRead
  readonly changeId: number
  readonly isWhole: boolean
}

async function readSince(records: Records, before: Reached | undefined, version: number): Promise<Read> {
  const changes = before && (await changesSince(records, before, version))
  if (!changes) return await readWhole(records)
  const read = createRecordsRead()
  for (const table of SNAPSHOT_TABLES) {
    const ids = [...(changes.records.get(table.name) ?? [])]
    if (ids.length > 0) read.add(table.name, ids, await rowsWithIds(records, table, ids, callSignal()))
  }
  return { records: read, changeId: changes.newestId, isWhole: false }
}

function changesSince(records: Records, { changeId, snapshot }: Reached, version: number) {
  return changesBetween(records, { id: changeId, version: snapshot.version }, version)
}

async function readWhole(records: Records): Promise<Read> {
  const changeId = await newestChange(records)
  const read = createRecordsRead()
  // Page by page: of a hundred thousand keys, what the database said is garbage before it is old.
  for (const table of SNAPSHOT_TABLES)
    for await (const page of pagesOf(records, table, {
      signal: callSignal(),
      fields: read.fieldsOf(table.name),
    }))
      read.add(
        table.name,
        page.map(({ id }) => Number(id)),
        page,
      )
  return { records: read, changeId, isWhole: true }
}

function taken(
  { records, changeId, isWhole }: Read,
  before: Reached | undefined,
  version: number,
  secrets: Secrets,
): Reached {
  const state = before && !isWhole ? before.state : createSnapshotState(secrets)
  return { state, snapshot: state.take(version, records), changeId }
}
