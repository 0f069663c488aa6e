import { sql } from 'kysely'
import type { Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import { aggregateSql, groupColumns, keySql } from './aggregate-sql.ts'
import { columnName, columnNames, sourceOf } from './column-names.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import { type Columns, filterSql } from './filter-sql.ts'
import { anyOrder, orderSql, withoutRepeated } from './order-sql.ts'
import { pageSizeSql } from './page-size.ts'
import type { EachShape, JoinShape, KeyedShape, SelectShape } from './shape.ts'
import { columnsOfTable, outputSql, plain, qualifiedIn } from './table-columns.ts'
import { throughSql } from './through-sql.ts'
import { kindOfAggregate, kindOfField } from './value-type.ts'

/** In a select every field is qualified, so that an alias of the same name cannot take its place. */
const SOURCE = sql.id('t')

/** The column of a count. */
export const COUNT = 'count'

export function selectSql<P>(shape: SelectShape, table: Table, dialect: SqlDialect<P>): Fragment {
  if (shape.countOnly) return countSql(shape, table, dialect)
  const aliases = new Map(shape.aggregates.map((aggregate) => [aggregate.alias, aggregate]))
  const names = qualifiedIn(table, dialect)
  // Not every engine takes an alias inside of an expression: the aggregate is written out.
  const orderable = (name: string) => {
    const aggregate = aliases.get(name)
    return aggregate ? aggregateSql(aggregate, names, table, dialect) : names.stored(name)
  }
  const sortable = (name: string) =>
    aliases.has(name) || !dialect.sortAs
      ? orderable(name)
      : dialect.sortAs(orderable(name), kindOfField(name, table), shape.distinct)
  const isNullable = (name: string) =>
    aliases.has(name) || findByName(table.fieldByName, name)?.allowNull !== false
  const asked = withoutRepeated(shape.orderBy).flatMap(({ through, ...order }) =>
    through
      ? orderSql(order, throughSql(order.by, through, names.stored, dialect), true, dialect)
      : orderSql(order, sortable(order.by), isNullable(order.by), dialect),
  )
  const terms = asked.length > 0 ? asked : anyOrder(shape, dialect)
  const parts = shape.each
    ? [eachSql(shape, shape.each, terms, table, dialect)]
    : [selectedSql(shape, outputsOf(shape, table, dialect)), rowsSql(shape, table, dialect)]
  if (terms.length > 0 && !shape.each) parts.push(sql`order by ${sql.join(terms)}`)
  if (shape.locked && dialect.lockedBy) return lockedSql(shape, terms, table, dialect)
  const selected = cutSql(parts, shape, dialect)
  return shape.locked && dialect.lock ? sql`${selected} ${dialect.lock}` : selected
}

/** The rows of a select that its limit and offset leave. */
function cutSql<P>(parts: readonly Fragment[], shape: SelectShape, dialect: SqlDialect<P>): Fragment {
  const rows = pageSizeSql(shape.limit)
  const offset = shape.offset === undefined ? undefined : sql.val(shape.offset)
  const select = sql.join([...parts], SPACE)
  if (!dialect.limited) return sql`${select} ${dialect.limit(rows, offset)}`
  const { outputName = same } = dialect
  const names = [...shape.fields, ...shape.aggregates.map(({ alias }) => outputName(alias))]
  return dialect.limited(select, names, rows, offset)
}

const same = (name: string): string => name

/** Rows that are found first, and locked then. */
function lockedSql<P>(
  shape: SelectShape,
  terms: readonly Fragment[],
  table: Table,
  dialect: SqlDialect<P>,
): Fragment {
  const order = terms.length > 0 ? [sql`order by ${sql.join(terms)}`] : []
  const known = sql`${SOURCE}.${dialect.lockedBy ?? NOTHING}`
  const found = [sql`select ${known} as ${plain(KNOWN)}`, rowsSql(shape, table, dialect), ...order]
  const keys = cutSql(found, { ...shape, fields: [KNOWN], aggregates: [] }, dialect)
  const from = sql`from ${dialect.table(sourceOf(table))} ${SOURCE}`
  const selected = selectedSql(shape, outputsOf(shape, table, dialect))
  return sql.join(
    [selected, from, sql`where ${known} in (${keys})`, ...order, dialect.lock ?? NOTHING],
    SPACE,
  )
}

/** The rows numbered in their order, each among those with the same values, and cut by these numbers. */
function eachSql<P>(
  shape: SelectShape,
  { by, after, upTo }: EachShape,
  terms: readonly Fragment[],
  table: Table,
  dialect: SqlDialect<P>,
): Fragment {
  const number = plain(freeName(shape.fields))
  const order = terms.length > 0 ? sql` order by ${sql.join(terms)}` : NOTHING
  const numbered = sql`row_number() over (partition by ${sql.join(by.map(qualifiedIn(table, dialect).stored))}${order}) as ${number}`
  const rows = selectedSql(shape, [...outputsOf(shape, table, dialect), numbered])
  const outputs = shape.fields.map((name) => sql.id('r', name))
  return sql`select ${sql.join(outputs)} from (${rows} ${rowsSql(shape, table, dialect)}) ${COUNTED} where ${number} > ${sql.val(after)} and ${number} <= ${sql.val(upTo)} order by ${number}`
}

function freeName(taken: readonly string[]): string {
  let name = 'place'
  while (taken.some((other) => other.toLowerCase() === name)) name += '_'
  return name
}

function countSql<P>(shape: SelectShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const count = sql`select count(*) as ${plain(COUNT)}`
  const rows = rowsSql(shape, table, dialect)
  const isPlain = !shape.distinct && shape.groupBy.length === 0 && shape.aggregates.length === 0
  if (isPlain) return sql`${count} ${rows}`
  // Which rows are different is a matter of their values, and only an aggregate makes one row of all; groups need neither.
  const needsValues = shape.distinct || shape.groupBy.length === 0
  const selected = selectedSql(shape, needsValues ? outputsOf(shape, table, dialect) : [ONE])
  return sql`${count} from (${selected} ${rows}) ${COUNTED}`
}

function selectedSql({ distinct }: SelectShape, outputs: readonly Fragment[]): Fragment {
  return sql`select ${distinct ? sql.raw('distinct ') : NOTHING}${sql.join(outputs)}`
}

function outputsOf<P>(
  { fields, aggregates, distinct, groupBy }: SelectShape,
  table: Table,
  dialect: SqlDialect<P>,
): Fragment[] {
  const names = qualifiedIn(table, dialect)
  const words = distinct || groupBy.length > 0 ? toldApart(dialect) : dialect
  return [
    ...fields.map((name) => outputSql(name, names, table, words)),
    ...aggregates.map((aggregate) => {
      const value = aggregateSql(aggregate, names, table, dialect)
      const read = dialect.readAs?.(value, kindOfAggregate(aggregate, table)) ?? value
      return sql`${read} as ${sql.id(dialect.outputName?.(aggregate.alias) ?? aggregate.alias)}`
    }),
  ]
}

/** What is selected must be what rows are told apart by. */
function toldApart<P>(dialect: SqlDialect<P>): SqlDialect<P> {
  const { keyAs, readAs = asItIs } = dialect
  return keyAs ? { ...dialect, readAs: (column, kind) => readAs(keyAs(column, kind), kind) } : dialect
}

const asItIs = (column: Fragment): Fragment => column

/** From where the rows come, and which: `from` to `having`. */
function rowsSql<P>(shape: SelectShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const parts = [sql`from ${dialect.table(sourceOf(table))} ${SOURCE}`]
  if (shape.locked && dialect.lockedTable) parts.push(dialect.lockedTable)
  const names = qualifiedIn(table, dialect)
  for (const join of shape.joins) parts.push(joinSql(join, shape, table, dialect))
  const conditions = conditionsSql(shape, columnsOfTable(table, names), dialect)
  if (conditions.length > 0) parts.push(sql`where ${sql.join(conditions, sql` and `)}`)
  if (shape.groupBy.length > 0)
    parts.push(sql`group by ${sql.join(shape.groupBy.map((name) => keySql(name, names, table, dialect)))}`)
  if (shape.having)
    parts.push(sql`having ${filterSql(shape.having, groupColumns(shape, table, names, dialect), dialect)}`)
  return sql.join(parts, SPACE)
}

function conditionsSql<P>(
  { where, keyed }: SelectShape,
  columns: Columns,
  dialect: SqlDialect<P>,
): Fragment[] {
  const conditions = where ? [filterSql(where, columns, dialect)] : []
  return keyed ? [keyedSql(keyed, columns, dialect), ...conditions] : conditions
}

function keyedSql<P>({ field, slot, last }: KeyedShape, columns: Columns, { keys }: SqlDialect<P>): Fragment {
  const column = columns.sql(field)
  if (last !== undefined) return sql`${column} between ${sql.val(slot)} and ${sql.val(last)}`
  return keys?.among(column, sql.val(slot)) ?? NEVER
}

/** A row of another table beside each row, by a key that is unique there; rows without one stay. */
function joinSql<P>(
  { alias, from, table: other, fields, refFields, where }: JoinShape,
  { joins }: SelectShape,
  table: Table,
  dialect: SqlDialect<P>,
): Fragment {
  const joined = other()
  const source = from === undefined ? table : (joins.find((one) => one.alias === from)?.table() ?? table)
  const names = columnNames(joined, dialect, (column) => sql.id(alias, column))
  const equal = fields.map(
    (name, at) =>
      sql`${sql.id(from ?? 't', columnName(source, name))} = ${sql.id(alias, columnName(joined, refFields[at] ?? ''))}`,
  )
  const also = where ? [filterSql(where, columnsOfTable(joined, names), dialect)] : []
  return sql`left join ${dialect.table(sourceOf(joined))} ${sql.id(alias)} on ${sql.join([...equal, ...also], sql` and `)}`
}

const SPACE = sql` `
const NOTHING = sql``
const NEVER = sql`1 = 0`
const ONE = sql`1 as ${sql.id('one')}`
/** The name of a counted select. */
const COUNTED = sql.id('r')
/** The column by which locked rows are known. */
const KNOWN = 'known'
