import type { Table } from '../../../core/database/schema.ts'
import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { requirePossible } from '../contradicts.ts'
import type { InputRecord } from '../inputs.ts'
import { requireInside } from '../keyed-rows.ts'
import { allOf } from '../plan-filter.ts'
import { readRows } from '../read-rows.ts'
import { recordValues, type Values } from '../record-values.ts'
import type { Nested } from './nested-record.ts'
import { rightTo } from './nested-rights.ts'
import { keyOfRelated, tie, whereValues, without } from './related-key.ts'
import { notFound, writeOther } from './write-referenced.ts'
import type { WriteScope } from './write-scope.ts'

/**
 * One record on the other side of a junction (dreamfactory-rest §4.9): made or changed as it says, and linked to the parent
 * unless it is already. A null under `{junction}.{field}`, the junction's field towards either side, takes the link away.
 */
export async function writeLink(
  parent: Row,
  { relation, target, junction }: Nested,
  item: InputRecord,
  scope: WriteScope,
): Promise<void> {
  if (!junction || !relation.junction)
    throw new AppError('internal', 'A relation through a junction has none.')
  const { fields, refFields } = relation.junction
  const marks = [...fields, ...refFields].map((name) => `${junction.name}.${name}`)
  const here = tie(parent, relation.fields, junction, fields)
  const bare = without(item, marks)
  if (Object.keys(item).length > Object.keys(bare).length) {
    requireNull(item, marks)
    const there = tie(
      await other(target, bare, relation.refFields, scope),
      relation.refFields,
      junction,
      refFields,
    )
    return unlink(junction, { ...here, ...there }, target, bare, scope)
  }
  const row = await writeOther(target, bare, relation.refFields, scope)
  await link(junction, { ...here, ...tie(row, relation.refFields, junction, refFields) }, scope)
}

async function link(junction: Table, ends: Values, { records, context }: WriteScope): Promise<void> {
  const inside = rightTo('POST', junction, context)
  requirePossible(inside, ends)
  const { signal } = context
  const fields = Object.keys(ends)
  const query = { table: junction, fields, where: whereValues(ends), limit: 1 }
  if ((await readRows(records, query, signal)).length > 0) return
  const values = recordValues(junction, {}, { create: true, lenient: false, preset: ends }, context)
  const returning = junction.primaryKey
  const { rows } = await records.insert({ table: junction, rows: [values], returning }, { signal })
  await requireInside({ table: junction, key: returning, rows, inside }, { records, context })
}

async function unlink(
  junction: Table,
  ends: Values,
  target: Table,
  item: InputRecord,
  { records, context }: WriteScope,
): Promise<void> {
  const where = allOf(whereValues(ends), rightTo('DELETE', junction, context)) ?? whereValues(ends)
  const { affected } = await records.delete(
    { table: junction, where, returning: [] },
    { signal: context.signal },
  )
  const key = keyOfRelated(target, item, {})
  if (affected === 0 && key) throw notFound(key)
}

/** The record a link leads to, among those the caller may see. */
async function other(
  target: Table,
  item: InputRecord,
  fields: readonly string[],
  { records, context }: WriteScope,
): Promise<Row> {
  const key = keyOfRelated(target, item, {})
  if (key === undefined)
    throw new AppError(
      'bad_request',
      'A related record whose link is to be taken away needs its primary key.',
    )
  const values = Object.fromEntries(target.primaryKey.map((name, at) => [name, key[at] ?? null]))
  const where = allOf(whereValues(values), rightTo('GET', target, context)) ?? whereValues(values)
  const [row] = await readRows(records, { table: target, fields, where, limit: 1 }, context.signal)
  if (!row) throw notFound(key)
  return row
}

function requireNull(item: InputRecord, marks: readonly string[]): void {
  const wrong = Object.entries(item).find(
    ([name, json]) => json !== null && marks.some((mark) => mark.toLowerCase() === name.toLowerCase()),
  )
  if (wrong) throw new AppError('bad_request', `'${wrong[0]}' takes null, which takes the link away.`)
}
