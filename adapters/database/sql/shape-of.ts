import type { DeleteQuery, InsertQuery, SelectQuery, UpdateQuery } from '../../../src/core/database/query.ts'
import { findByName } from '../../../src/core/names.ts'
import type { SqlDialect } from './dialect.ts'
import { isUsual } from './page-size.ts'
import type {
  DeleteShape,
  InsertShape,
  JoinShape,
  KeyedBy,
  SelectShape,
  Shape,
  UpdateShape,
} from './shape.ts'
import { ROWS, Slots } from './slots.ts'
import { fieldsOf } from './table-columns.ts'

/** A shape and the bound values of its slots. */
export interface Filled<P, S extends Shape> {
  readonly shape: S
  readonly values: readonly P[]
}

export function shapeOfSelect<P>(
  query: SelectQuery,
  dialect: SqlDialect<P>,
  keyedBy?: KeyedBy,
): Filled<P, SelectShape> {
  const slots = new Slots(dialect, query.table, query.aggregates ?? [])
  const shape: SelectShape = {
    verb: 'select',
    joins: query.joins ? query.joins.map((join) => slots.join(join)) : NO_JOINS,
    fields: query.fields,
    distinct: query.distinct ?? false,
    where: query.where && slots.filter(query.where),
    keyed: keyedBy && slots.keyed(keyedBy),
    groupBy: query.groupBy ?? [],
    aggregates: query.aggregates ?? [],
    having: query.having && slots.filter(query.having),
    orderBy: slots.order(query.orderBy ?? []),
    each: query.each && slots.each(query.each),
    limit: isUsual(query.limit) ? { rows: query.limit } : { slot: slots.add(query.limit, ROWS, 'compare') },
    offset: query.offset ? slots.add(query.offset, ROWS, 'compare') : undefined,
    countOnly: query.countOnly ?? false,
    ...(query.locked && { locked: true }),
  }
  return { shape, values: slots.values }
}

/** `fields` are the keys of each of the rows. */
export function shapeOfInsert<P>(
  query: InsertQuery,
  fields: readonly string[],
  dialect: SqlDialect<P>,
): Filled<P, InsertShape> {
  const { rows, table, onConflict, returning } = query
  const shape = { verb: 'insert', fields, onConflict, returning } as const
  if (dialect.bulk && rows.length >= dialect.bulk.from && fields.length > 0) {
    const cells = fields.flatMap((name) => fieldsOf(table, [name]).map((field) => ({ name, field })))
    return { shape: { ...shape, rows: 'bulk' }, values: [dialect.bulk.pack(rows, cells)] }
  }
  const slots = new Slots(dialect, table, [])
  const same = takenOnce(query, fields, dialect)
  const others = same.length === 0 ? fields : fields.filter((name) => !same.includes(name))
  const add = (names: readonly string[], from: InsertQuery['rows']) => {
    const columns = names.map((name) => ({ name, kind: slots.kindOf(name) }))
    for (const row of from) for (const { name, kind } of columns) slots.add(row[name] ?? null, kind, 'store')
  }
  add(same, rows.slice(0, 1))
  add(others, rows)
  const first = same.length > 0 && { same: same.length, fields: [...same, ...others] }
  return { shape: { ...shape, ...first, rows: rows.length }, values: slots.values }
}

/** Of fields with one value in all rows those whose text names it once: what computes a field may do so more often, or not at all. */
function takenOnce<P>(
  { rows, table, same }: InsertQuery,
  fields: readonly string[],
  { parameterAgain }: SqlDialect<P>,
): readonly string[] {
  if (!parameterAgain || !same || rows.length < 2) return []
  const isPlain = (name: string) => !findByName(table.fieldByName, name)?.expressions?.insert
  return fields.filter((name) => same.includes(name) && isPlain(name))
}

/** `asInserted`: its values are those of an insert, whose rows are there already. */
export function shapeOfUpdate<P>(
  query: UpdateQuery,
  dialect: SqlDialect<P>,
  asInserted = false,
): Filled<P, UpdateShape> {
  const slots = new Slots(dialect, query.table, [])
  const fields = Object.keys(query.set)
  for (const field of fields) slots.add(query.set[field] ?? null, slots.kindOf(field), 'store')
  const where = slots.filter(query.where)
  const { returning, raises } = query
  const shape = {
    verb: 'update',
    fields,
    where,
    returning,
    ...(raises !== undefined && { raises }),
    ...(asInserted && { asInserted: true }),
  } as const
  return { shape, values: slots.values }
}

export function shapeOfDelete<P>(query: DeleteQuery, dialect: SqlDialect<P>): Filled<P, DeleteShape> {
  const slots = new Slots(dialect, query.table, [])
  const where = query.where && slots.filter(query.where)
  return { shape: { verb: 'delete', where, returning: query.returning }, values: slots.values }
}

const NO_JOINS: readonly JoinShape[] = []
