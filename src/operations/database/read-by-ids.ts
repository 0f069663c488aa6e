import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { batchError, type Outcome } from './batch.ts'
import type { RecordId } from './inputs.ts'
import { allOf } from './plan-filter.ts'
import { type Key, keyOf, keyText, rowKeyText, whereKeys } from './plan-ids.ts'
import { readRows } from './read-rows.ts'
import { requireReadable } from './row-limit.ts'

interface ByIds {
  readonly table: Table
  readonly keyFields: readonly string[]
  readonly ids: readonly RecordId[]
  readonly fields: readonly string[]
  readonly visible: Filter | undefined
  /** Try every id; else stop at the first that fails. */
  readonly goOn: boolean
  readonly context: OperationContext
}

/** The records of these ids in the order asked. One that is missing or malformed fails the request as a batch. */
export async function readByIds({
  table,
  keyFields,
  ids,
  fields,
  visible,
  goOn,
  context,
}: ByIds): Promise<Row[]> {
  requireReadable(context.access.limits, table.name, ids.length)
  const keys = ids.map((id) => tryKey(table, keyFields, id))
  const wanted = keys.filter((key): key is Key => !(key instanceof AppError))
  const select = [...new Set([...fields, ...keyFields])]
  const rows = await read(wanted)
  const byKey = new Map(rows.map((row) => [rowKeyText(keyFields, row), only(fields, row)]))
  const missing = rows.length === 0 ? [] : wanted.filter((key) => !byKey.has(keyText(key)))
  // A database may take other spellings for a key: of a uuid, of letters in the other case. And rows that share a value fill the limit.
  const others = await read(missing, 1)
  for (const key of others.length === 0 ? [] : missing) {
    if (byKey.has(keyText(key))) continue
    const [row] = await read([key])
    if (row) byKey.set(keyText(key), only(fields, row))
    else if (!goOn) break
  }
  const outcomes = ids.map((id, index) => outcomeOf(id, keys[index], byKey))
  const failed = outcomes.findIndex((outcome) => 'error' in outcome)
  if (failed >= 0) throw batchError('retrieved', goOn ? outcomes : outcomes.slice(0, failed + 1), false)
  return outcomes.flatMap((outcome) => ('row' in outcome ? [outcome.row] : []))

  async function read(some: readonly Key[], limit = some.length): Promise<readonly Row[]> {
    if (some.length === 0) return []
    const where = allOf(whereKeys(keyFields, some), visible)
    const query = { table, fields: select, ...(where ? { where } : {}), limit }
    return readRows(context.service.adapter, query, context.signal)
  }
}

export function recordNotFound(id: RecordId): AppError {
  const text = typeof id === 'object' ? Object.values(id).join(',') : String(id)
  return new AppError('not_found', `Record with identifier '${text}' not found.`)
}

export function only(fields: readonly string[], row: Row): Row {
  return Object.fromEntries(fields.map((field) => [field, row[field] ?? null]))
}

function tryKey(table: Table, keyFields: readonly string[], id: RecordId): Key | AppError {
  try {
    return keyOf(table, keyFields, id)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}

function outcomeOf(id: RecordId, key: Key | AppError | undefined, byKey: ReadonlyMap<string, Row>): Outcome {
  if (key instanceof AppError) return { error: key }
  const row = key === undefined ? undefined : byKey.get(keyText(key))
  return row ? { row } : { error: recordNotFound(id) }
}
