import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { batchError, type Outcome } from './batch.ts'
import type { RecordId } from './inputs.ts'
import { allOf } from './plan-filter.ts'
import { type Key, keyOf, keyText, rowKeyText, whereKey, whereKeys } from './plan-ids.ts'
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
  const where = allOf(whereKeys(keyFields, wanted), visible)
  const rows =
    wanted.length === 0
      ? []
      : await readRows(
          context.service.adapter,
          { table, fields: select, ...(where ? { where } : {}), limit: wanted.length },
          context.signal,
        )
  const byKey = new Map(rows.map((row) => [rowKeyText(keyFields, row), only(fields, row)]))
  const spelled = new Set(wanted.map(keyText))
  let others = [...byKey.keys()].filter((key) => !spelled.has(key)).length
  // A database may take other spellings for a key: of a uuid, of padded text, of letters in the other case.
  for (const key of wanted) {
    if (others === 0) break
    if (byKey.has(keyText(key))) continue
    const [row] = await readOne(key)
    if (row) byKey.set(keyText(key), only(fields, row))
    if (row) others--
  }
  const outcomes = ids.map((id, index) => outcomeOf(id, keys[index], byKey))
  const failed = outcomes.findIndex((outcome) => 'error' in outcome)
  if (failed >= 0) throw batchError('retrieved', goOn ? outcomes : outcomes.slice(0, failed + 1), false)
  return outcomes.flatMap((outcome) => ('row' in outcome ? [outcome.row] : []))

  function readOne(key: Key): Promise<readonly Row[]> {
    const one = allOf(whereKey(keyFields, key), visible) ?? whereKey(keyFields, key)
    const query = { table, fields: select, where: one, limit: 1 }
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
