import type { Filter } from '../../../core/database/query.ts'
import type { Table } from '../../../core/database/schema.ts'
import type { Row } from '../../../core/database/value.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { InputRecord, RecordId } from '../inputs.ts'
import { readKeys } from '../keyed-rows.ts'
import { allOf } from '../plan-filter.ts'
import { type Key, keyText, rowKeyText, whereKeys } from '../plan-ids.ts'
import type { WriteKeys } from '../write-keys.ts'
import { inOwnNames, sampleOf } from './look-first.ts'
import { SAMPLE_ROWS, type Sample, sampleRow } from './preview.ts'

/** A row that a request names. */
export interface NamedRow {
  readonly key: Key
  readonly id: RecordId
  /** What is to become of it; absent: it is deleted. */
  readonly change?: InputRecord
}

interface Plan {
  readonly table: Table
  readonly keys: WriteKeys
  readonly inside: Filter | undefined
  readonly context: OperationContext
  /** For a row that is not there. Throws unless the write would make it. */
  readonly missing: (id: RecordId) => void
}

/** A sample of the rows a request names, of which all have to be there. */
export async function sampleOfNamed(
  rows: readonly NamedRow[],
  { table, keys, inside, context, missing }: Plan,
): Promise<Sample> {
  const { adapter } = context.service
  const { select, visible } = keys
  const where = allOf(inside, visible)
  const read = (some: readonly NamedRow[]) => {
    const known = some.map(({ key }) => key)
    return readKeys({ table, key: select }, known, { fields: select, where }, { records: adapter, context })
  }
  const there = new Set((await read(rows)).map((row) => rowKeyText(select, row)))
  const others = rows.filter(({ key }) => !there.has(keyText(key)))
  // The database may take other spellings for the key of a row.
  const isSpelled = others.length > 0 && (await read(others)).length > 0
  for (const other of others) if (!isSpelled || (await read([other])).length === 0) missing(other.id)
  const some = rows.slice(0, SAMPLE_ROWS)
  const wanted = whereKeys(
    select,
    some.map(({ key }) => key),
  )
  const change = Object.assign({}, ...some.map((row) => row.change ?? {}))
  const sample = {
    table,
    key: select,
    where: allOf(wanted, where) ?? wanted,
    ...(some[0]?.change && { change }),
  }
  const { sample_before: before } = await sampleOf(sample, adapter, context)
  if (!before || !some[0]?.change) return before ? { sample_before: before } : {}
  return { sample_before: before, sample_after: before.map((row) => changed(row, some, table, select)) }
}

function changed(before: Row, rows: readonly NamedRow[], table: Table, select: readonly string[]): Row {
  const own =
    rows.length === 1 ? rows[0] : rows.find(({ key }) => keyText(key) === rowKeyText(select, before))
  return sampleRow({ ...before, ...inOwnNames(table, own?.change ?? {}) })
}
