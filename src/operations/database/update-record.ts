import type { Records } from '../../core/database/adapter.ts'
import type { Filter } from '../../core/database/query.ts'
import type { DatabaseSchema, Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { requirePossible } from './contradicts.ts'
import type { InputRecord, RecordId } from './inputs.ts'
import { requireInside } from './keyed-rows.ts'
import { type Nested, splitRecord } from './nested/nested-record.ts'
import { below, writeDependents } from './nested/write-dependents.ts'
import { insertRecord, writeScope } from './nested/write-record.ts'
import { refersToNested, writeReferenced } from './nested/write-referenced.ts'
import { allOf, rowFilter } from './plan-filter.ts'
import { type Key, keyText, whereKey } from './plan-ids.ts'
import { recordNotFound } from './read-by-ids.ts'
import { readRows } from './read-rows.ts'
import { notUnchanged, unchanged } from './record-tag.ts'
import { keyMoved, recordValues, type Values } from './record-values.ts'
import { tableResource } from './table-access.ts'
import { raising } from './version-field.ts'
import { type AnswerPlan, answerFor } from './write-answer.ts'
import type { WriteKeys } from './write-keys.ts'

export interface UpdatePlan {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly keys: WriteKeys
  /** Rows the caller may change; they must lie inside before and after. */
  readonly inside: Filter | undefined
  readonly answer: AnswerPlan
  /** Fields that stay when all others are replaced; absent: what is not given stays. */
  readonly keeps?: readonly string[]
  readonly request: {
    readonly ids?: unknown
    readonly id_field?: unknown
    readonly lenient?: boolean | undefined
    readonly allow_related_delete?: boolean | undefined
    readonly if_match?: readonly string[] | undefined
  }
  readonly context: OperationContext
}

/** Changes one record and the related records in it; gives what the request asked to be told of it. */
export async function updateRecord(
  key: Key,
  id: RecordId,
  change: InputRecord,
  plan: UpdatePlan,
  records: Records,
): Promise<Row> {
  const { schema, table, keys, inside, context, request } = plan
  const scope = writeScope(schema, request, context, records)
  const { own, nested } = splitRecord(schema, table, change, context)
  const inner = below(nested, scope)
  const there = allOf(whereKey(keys.select, key), inside, keys.visible) ?? whereKey(keys.select, key)
  const { if_match: tags } = request
  const asRead = { table, id, where: there, tags: tags ?? [], isAlone: nested.length === 0 }
  const where = (tags && allOf(there, await unchanged(asRead, records, context))) ?? there
  const missing = async () => {
    if (where !== there) throw await notUnchanged(asRead, records, context)
    return insertMissing(key, id, change, plan, records)
  }
  // What it refers to is written first, but not for a record that turns out to be a new one.
  if (refersToNested(nested) && (await rowsAt(where, keys.key, plan, records)).length === 0) return missing()
  const referenced = await writeReferenced(nested, table, inner)
  const values = changedValues(own, key, referenced, plan)
  requirePossible(inside, values)
  const rows = await changeRows(values, where, nested, plan, records)
  const [row] = rows
  if (!row) return missing()
  if (rows.length > 1) throw several(key)
  await requireInside({ table, key: keys.key, rows, inside }, { records, context })
  await writeDependents(row, nested, inner)
  const [answer] = await answerFor(table, rows, plan.answer, { records, context })
  return answer ?? row
}

function several(key: Key): AppError {
  return new AppError('conflict', `More than one record has the identifier '${key.map(String).join(',')}'.`, {
    hint: 'Use a filter.',
  })
}

/** What really changes: values that only repeat by which the record is found are left out. */
function changedValues(
  change: InputRecord,
  found: Key,
  referenced: Values,
  { table, keys, request, context }: UpdatePlan,
): Values {
  const options = {
    create: false,
    lenient: request.lenient ?? false,
    keys: [...keys.key, ...keys.select],
    writable: context.access.fields,
    preset: referenced,
  }
  const values = recordValues(table, change, options, context)
  const repeats = (field: string) => {
    const index = keys.select.indexOf(field)
    return index >= 0 && keyText([values[field]]) === keyText([found[index]])
  }
  const moved = keys.key.find((field) => Object.hasOwn(values, field) && !repeats(field))
  // One change for several ids: a key in it can only be a left-over (dreamfactory-rest §4.6).
  const isLeftOver = request.ids !== undefined && keys.byKey
  if (moved !== undefined && !isLeftOver) throw keyMoved(moved)
  return Object.fromEntries(
    Object.entries(values).filter(([field]) => !keys.key.includes(field) && !repeats(field)),
  )
}

/** An update without any change still answers whether the record is there. */
async function changeRows(
  values: Values,
  where: Filter,
  nested: readonly Nested[],
  plan: UpdatePlan,
  records: Records,
): Promise<readonly Row[]> {
  const { table, keys, context } = plan
  const fields = [...new Set([...keys.key, ...nested.flatMap(({ relation }) => relation.fields)])]
  if (Object.keys(values).length === 0) return rowsAt(where, fields, plan, records)
  const { keeps } = plan
  const query = {
    table,
    set: values,
    ...raising(table),
    where,
    returning: fields,
    ...(keeps && { keeps }),
  }
  return (await records.update(query, { signal: context.signal })).rows
}

function rowsAt(
  where: Filter,
  fields: readonly string[],
  { table, context }: UpdatePlan,
  records: Records,
): Promise<readonly Row[]> {
  return readRows(records, { table, fields, where, limit: 2 }, context.signal)
}

/** The right to make a record that is not there. Throws `not_found` without it. */
export function requireUpsert(id: RecordId, { table, request, context }: UpdatePlan) {
  const { service, caller } = context
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), 'POST')
  if (!service.settings.allowUpsert || !access.allowed || request.id_field) throw recordNotFound(id)
  return access
}

/** Refuses what the record could not be changed to, as far as that is known without the database. */
export function requireWritable(change: InputRecord, key: Key, plan: UpdatePlan): void {
  const { own } = splitRecord(plan.schema, plan.table, change, plan.context)
  const values = changedValues(own, key, {}, plan)
  requirePossible(plan.inside, values)
}

/** Upsert, where the service allows it and the role may create; else the record does not exist. */
async function insertMissing(
  key: Key,
  id: RecordId,
  change: InputRecord,
  plan: UpdatePlan,
  records: Records,
): Promise<Row> {
  const { schema, table, inside, context, request } = plan
  const keyFields = plan.keys.key
  const { signal } = context
  const access = requireUpsert(id, plan)
  const preset: Values = Object.fromEntries(keyFields.map((field, index) => [field, key[index] ?? null]))
  const mine = allOf(inside, rowFilter(table, access))
  requirePossible(mine, preset)
  const query = { table, fields: keyFields, where: whereKey(keyFields, key), limit: 1 }
  if ((await readRows(records, query, signal)).length > 0) throw recordNotFound(id)
  const insertion = { table, given: change, preset, inside: mine, returning: keyFields }
  const row = await insertRecord(insertion, writeScope(schema, request, context, records))
  const [answer] = await answerFor(table, [row], plan.answer, { records, context })
  return answer ?? {}
}
