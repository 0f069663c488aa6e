import type { Join } from '../../core/database/query.ts'
import { type DatabaseSchema, type Field, storedColumn, type Table } from '../../core/database/schema.ts'
import type { Json, Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { FilterValue } from '../../core/filter.ts'
import { leaveOut } from '../../core/leave-out.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { isPartOf, wholeOf } from '../field-view/narrow-table.ts'
import { type DateBucket, dateBucket } from './date-bucket.ts'
import { fieldNamed } from './plan-fields.ts'
import { rowFilter } from './plan-filter.ts'
import { readAccess, withHintsFor } from './read-access.ts'
import { findRelationOf } from './relation-in-filter.ts'
import { isElsewhere, isToOne, relationName, tableAt } from './relations.ts'

/** The table with what a request groups by or sums besides its own fields: parts of dates, fields of related records. */
export interface GroupKeys {
  readonly table: Table
  readonly joins: readonly Join[]
  /** Fields of `table` that are not the original's. */
  readonly computed: readonly Field[]
  /** By the names as they were given. */
  nameOf(requested: string): string
  shown(row: Row): Row
  /** A value as it stands in rows that are shown, as it is compared. */
  compared(field: string, value: FilterValue): FilterValue
}

const MOST_JOINS = 5

/** Throws `bad_request` for what cannot be grouped by, `forbidden` for related tables the caller may not read. */
export function planGroupKeys(
  schema: DatabaseSchema,
  table: Table,
  requested: readonly string[],
  context: OperationContext,
): GroupKeys {
  const names = new Map<string, string>()
  const computed: Field[] = []
  const buckets: DateBucket[] = []
  const joins = new Map<string, Join>()
  for (const given of new Set(requested)) {
    if (given === '*' || findByName(table.fieldByName, given.trim())) continue
    const bucket = dateBucket(table, given)
    const field = bucket?.field ?? relatedField(given.trim(), { schema, table, context }, joins)
    if (!field) continue
    if (bucket) buckets.push(bucket)
    if (findByName(table.fieldByName, field.name))
      throw new AppError(
        'bad_request',
        `The name '${field.name}' is that of a field: give the group another one.`,
        {
          hint: `For example my_${given.trim()}`.replace(/my_(?:[^:()]*:)?/, 'name:'),
        },
      )
    if (!computed.some(({ name }) => name === field.name)) computed.push(field)
    names.set(given, field.name)
  }
  return {
    table: withFields(table, computed),
    joins: [...joins.values()],
    computed,
    nameOf: (given) => names.get(given) ?? given,
    shown: (row) => (buckets.length === 0 ? row : shownRow(row, buckets)),
    compared: (field, value) =>
      buckets.find(({ name }) => name.toLowerCase() === field.toLowerCase())?.numberOf(value) ?? value,
  }
}

function shownRow(row: Row, buckets: readonly DateBucket[]): Row {
  const values = buckets.flatMap(({ name, shown }): [string, Json][] =>
    Object.hasOwn(row, name) ? [[name, shown(row[name] ?? null)]] : [],
  )
  return { ...row, ...Object.fromEntries(values) }
}

interface Place {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
  /** Of the join that leads here, and the path as it was written. */
  readonly from?: string
  readonly path?: string
}

/** The field behind relations to one record, `customer.region`, with the joins it needs; undefined for a name that is none. */
function relatedField(name: string, place: Place, joins: Map<string, Join>): Field | undefined {
  const { schema, table, context, from, path = '' } = place
  const found = findRelationOf(name, { schema, table, context, path })
  if (!found) return path === '' ? undefined : joinedField(name, place)
  const { relation, prefix } = found
  const written = `${path}${prefix}`
  if (isElsewhere(relation.refService, context))
    throw new AppError('bad_request', `Groups cannot lead into another service: '${written}'.`)
  const target = tableAt(schema, relation.refTable)
  if (!isToOne(relation) || relation.junction || !isUnique(target, relation.refFields))
    throw new AppError(
      'bad_request',
      `'${written}' leads to many records: a group needs one value of each.`,
      {
        hint: `Aggregate '${relation.refTable}' instead, grouped by a field of '${table.name}'.`,
      },
    )
  const where = rowFilter(target, readAccess(target, context))
  const key = `${from ?? ''}>${relationName(relation)}`
  const known = joins.get(key)
  const join = known ?? {
    alias: `j${joins.size + 1}`,
    table: target,
    fields: relation.fields,
    refFields: relation.refFields,
    ...(from === undefined ? {} : { from }),
    ...(where ? { where } : {}),
  }
  if (!known && joins.size >= MOST_JOINS)
    throw new AppError('bad_request', `Groups may lead through at most ${MOST_JOINS} relations.`)
  joins.set(key, join)
  const inner = { schema, table: target, context, from: join.alias, path: `${written}.` }
  return withHintsFor(target, context, () => relatedField(name.slice(prefix.length + 1), inner, joins))
}

function joinedField(name: string, { table, from = '', path = '' }: Place): Field {
  const own = fieldNamed(table, name)
  const field = findByName(table.fieldByName, own)
  if (!field || field.isVirtual || field.expressions)
    throw new AppError(
      'bad_request',
      `'${path}${name}' is computed: groups take stored fields of related records.`,
    )
  return {
    ...leaveOut(field, ['column', 'source', 'expressions']),
    name: `${path}${own}`,
    allowNull: true,
    isVirtual: true,
    expressions: { select: { kind: 'joined', join: from, column: storedColumn(field) } },
  }
}

function isUnique({ primaryKey, uniqueKeys }: Table, fields: readonly string[]): boolean {
  return [primaryKey, ...uniqueKeys].some(
    (key) => key.length > 0 && key.every((name) => fields.includes(name)),
  )
}

const MOST_KEPT = 50
const kept = new WeakMap<Table, Map<string, Table>>()

/** The same object for the same fields: engines keep statements by it. */
function withFields(table: Table, fields: readonly Field[]): Table {
  if (fields.length === 0) return table
  const known = kept.get(table) ?? new Map<string, Table>()
  const key = JSON.stringify(fields)
  const made = known.get(key) ?? {
    ...table,
    fields: [...table.fields, ...fields],
    fieldByName: new Map([
      ...table.fieldByName,
      ...fields.map((one) => [one.name.toLowerCase(), one] as const),
    ]),
  }
  if (known.size >= MOST_KEPT) known.clear()
  kept.set(table, known.set(key, made))
  const whole = wholeOf(table)
  if (whole !== table) isPartOf(made, withFields(whole, fields))
  return made
}
