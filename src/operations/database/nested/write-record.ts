import type { Records } from '../../../core/database/adapter.ts'
import type { DatabaseSchema } from '../../../core/database/schema.ts'
import type { Row } from '../../../core/database/value.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { requirePossible } from '../contradicts.ts'
import type { InputRecord } from '../inputs.ts'
import { requireInside } from '../keyed-rows.ts'
import { allOf } from '../plan-filter.ts'
import { keyText, whereKey } from '../plan-ids.ts'
import { readRows } from '../read-rows.ts'
import { keyMoved, recordValues, type Values } from '../record-values.ts'
import { raising } from '../version-field.ts'
import { splitRecord } from './nested-record.ts'
import { rightTo } from './nested-rights.ts'
import { below, MAX_NESTED, writeDependents } from './write-dependents.ts'
import { refersToNested, writeReferenced } from './write-referenced.ts'
import type { Change, Insertion, WriteScope } from './write-scope.ts'

interface NestedRequest {
  readonly lenient?: boolean | undefined
  readonly allow_related_delete?: boolean | undefined
}

/** For one try of one transaction. */
export function writeScope(
  schema: DatabaseSchema,
  request: NestedRequest,
  context: OperationContext,
  records: Records,
): WriteScope {
  return {
    schema,
    context,
    records,
    lenient: request.lenient ?? false,
    allowRelatedDelete: request.allow_related_delete ?? false,
    depth: 0,
    budget: { left: MAX_NESTED },
    insert: insertRecord,
    change: changeRecord,
  }
}

/** Inserts a record with the related records in it; gives its row. */
export async function insertRecord(insertion: Insertion, scope: WriteScope): Promise<Row> {
  const { table, given, preset, inside, returning } = insertion
  const { schema, context, records, lenient } = scope
  const { own, nested } = splitRecord(schema, table, given, context)
  const inner = below(nested, scope)
  const referenced = await writeReferenced(nested, table, inner)
  const options = { create: true, lenient, preset: { ...referenced, ...preset } }
  const values = recordValues(table, own, options, context)
  requirePossible(inside, values)
  const fields = new Set([
    ...returning,
    ...table.primaryKey,
    ...nested.flatMap(({ relation }) => relation.fields),
  ])
  const query = { table, rows: [values], returning: [...fields] }
  const [row = {}] = (await records.insert(query, { signal: context.signal })).rows
  await requireInside({ table, key: table.primaryKey, rows: [row], inside }, { records, context })
  await writeDependents(row, nested, inner)
  return row
}

/** Changes a related record with the related records in it, found among the rows the caller may change. */
async function changeRecord(change: Change, scope: WriteScope): Promise<Row | undefined> {
  const { table, key, given, returning } = change
  const { schema, context, records } = scope
  const inside = rightTo('PATCH', table, context)
  const { own, nested } = splitRecord(schema, table, given, context)
  const inner = below(nested, scope)
  const found = whereKey(table.primaryKey, key)
  const where = allOf(found, inside) ?? found
  const fields = [
    ...new Set([...returning, ...table.primaryKey, ...nested.flatMap(({ relation }) => relation.fields)]),
  ]
  const find = () => readRows(records, { table, fields, where, limit: 1 }, context.signal)
  if (refersToNested(nested) && (await find()).length === 0) return undefined
  const set = changedValues(own, change, await writeReferenced(nested, table, inner), scope)
  requirePossible(inside, set)
  const rows =
    Object.keys(set).length === 0
      ? await find()
      : (
          await records.update(
            { table, set, ...raising(table), where, returning: fields },
            { signal: context.signal },
          )
        ).rows
  const [row] = rows
  if (!row) return undefined
  await requireInside({ table, key: table.primaryKey, rows, inside }, { records, context })
  await writeDependents(row, nested, inner)
  return row
}

/** What changes besides the key, which may only be repeated. */
function changedValues(
  own: InputRecord,
  { table, key, preset }: Change,
  referenced: Values,
  { lenient, context }: WriteScope,
): Values {
  const options = { create: false, lenient, keys: table.primaryKey, preset: { ...referenced, ...preset } }
  const values = recordValues(table, own, options, context)
  const moved = table.primaryKey.find(
    (name, at) => Object.hasOwn(values, name) && keyText([values[name]]) !== keyText([key[at]]),
  )
  if (moved !== undefined) throw keyMoved(moved)
  return Object.fromEntries(Object.entries(values).filter(([name]) => !table.primaryKey.includes(name)))
}
