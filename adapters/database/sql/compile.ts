import { createQueryId, sql } from 'kysely'
import type { Aggregate, Order } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import { type ColumnNames, columnName, columnNames, isStored, sourceOf } from './column-names.ts'
import { deleteSql, insertSql, updateSql } from './compile-writes.ts'
import type { ResultColumn, StatementText } from './connection.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import { type Columns, filterSql } from './filter-sql.ts'
import { pageSizeSql } from './page-size.ts'
import type { EachShape, JoinShape, KeyedShape, SelectShape, Shape } from './shape.ts'
import { columnsOfTable, outputSql, plain, qualifiedIn } from './table-columns.ts'
import { throughSql } from './through-sql.ts'
import { kindOfAggregate, kindOfField } from './value-type.ts'

export interface Compiled {
  readonly text: StatementText
  /** Slot of each placeholder, in the order of the text; absent when that is the order of the slots. */
  readonly slots: readonly number[] | undefined
}

/** Statement text of a shape. Values are always placeholders; every name is an identifier quoted by Kysely. */
export function compile<P>(shape: Shape, table: Table, dialect: SqlDialect<P>): Compiled {
  const columns = columnsOf(shape, table)
  const plainly = fragmentOf(shape, table, dialect)
  const finished = columns.length > 0 ? dialect.finish?.(plainly, columns, shape.verb) : undefined
  const { sql, parameters } = compiled(finished ?? plainly, dialect)
  const text: StatementText = { verb: shape.verb, sql, columns, table, written: writtenBy(shape) }
  const isReadPlainly = finished && shape.verb === 'select' && dialect.readsPlainly?.(columns)
  const plain = isReadPlainly && Object.freeze({ ...text, sql: compiled(plainly, dialect).sql })
  const triggered = columns.length > 0 && triggeredText(shape, table, dialect)
  return {
    text: Object.freeze({ ...text, ...(plain && { plain }), ...(triggered && { triggered }) }),
    slots: parameters.map(Number),
  }
}

function triggeredText<P>(shape: Shape, table: Table, dialect: SqlDialect<P>): string | undefined {
  const { triggeredWrites: writes } = dialect
  if (!writes || shape.verb === 'select') return undefined
  return compiled(fragmentOf(shape, table, { ...dialect, writes }), dialect).sql
}

function compiled<P>(fragment: Fragment, dialect: SqlDialect<P>) {
  return dialect.createQueryCompiler().compileQuery(fragment.toOperationNode(), createQueryId())
}

/** In a select every field is qualified, so that an alias of the same name cannot take its place. */
const SOURCE = sql.id('t')

function fragmentOf<P>(shape: Shape, table: Table, dialect: SqlDialect<P>): Fragment {
  switch (shape.verb) {
    case 'select':
      return selectSql(shape, table, dialect)
    case 'insert':
      return insertSql(shape, table, dialect)
    case 'update':
      return updateSql(shape, table, dialect)
    case 'delete':
      return deleteSql(shape, table, dialect)
  }
}

function selectSql<P>(shape: SelectShape, table: Table, dialect: SqlDialect<P>): Fragment {
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

/** Once ordered by a field, rows with the same value of it have no other: some engines refuse to be told twice. */
function withoutRepeated(orderBy: SelectShape['orderBy']): SelectShape['orderBy'] {
  const isRepeated = ({ by, through }: SelectShape['orderBy'][number], at: number) =>
    !through && orderBy.findIndex((other) => !other.through && other.by === by) < at
  return orderBy.some(isRepeated) ? orderBy.filter((order, at) => !isRepeated(order, at)) : orderBy
}

function anyOrder<P>(
  { distinct, each }: SelectShape,
  { anyOrder: orders }: SqlDialect<P>,
): readonly Fragment[] {
  if (!orders) return []
  return [distinct && !each ? orders.distinct : orders.rows]
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

function outputsOf<P>({ fields, aggregates }: SelectShape, table: Table, dialect: SqlDialect<P>): Fragment[] {
  const names = qualifiedIn(table, dialect)
  return [
    ...fields.map((name) => outputSql(name, names, table, dialect)),
    ...aggregates.map((aggregate) => {
      const value = aggregateSql(aggregate, names, table, dialect)
      const read = dialect.readAs?.(value, kindOfAggregate(aggregate, table)) ?? value
      return sql`${read} as ${sql.id(dialect.outputName?.(aggregate.alias) ?? aggregate.alias)}`
    }),
  ]
}

/** From where the rows come, and which: `from` to `having`. */
function rowsSql<P>(shape: SelectShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const parts = [sql`from ${dialect.table(sourceOf(table))} ${SOURCE}`]
  if (shape.locked && dialect.lockedTable) parts.push(dialect.lockedTable)
  const names = qualifiedIn(table, dialect)
  for (const join of shape.joins) parts.push(joinSql(join, shape, table, dialect))
  const conditions = conditionsSql(shape, columnsOfTable(table, names), dialect)
  if (conditions.length > 0) parts.push(sql`where ${sql.join(conditions, sql` and `)}`)
  if (shape.groupBy.length > 0) parts.push(sql`group by ${sql.join(shape.groupBy.map(names.stored))}`)
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

/** Not every engine knows aliases in HAVING, and one may be the name of another column: what they stand for is written out. */
function groupColumns<P>(
  { aggregates }: SelectShape,
  table: Table,
  names: ColumnNames,
  dialect: SqlDialect<P>,
): Columns {
  const aliases = new Map(aggregates.map((aggregate) => [aggregate.alias, aggregate]))
  return {
    sql: (name) => {
      const aggregate = aliases.get(name)
      if (aggregate) return aggregateSql(aggregate, names, table, dialect)
      const value = names.stored(name)
      // It has one value in each group.
      return dialect.havingByAggregate && isVirtual(table, name) ? sql`min(${value})` : value
    },
    kind: (name) => {
      const aggregate = aliases.get(name)
      return aggregate ? kindOfAggregate(aggregate, table) : kindOfField(name, table)
    },
  }
}

function isVirtual({ fieldByName }: Table, name: string): boolean {
  return fieldByName.get(name.toLowerCase())?.isVirtual === true
}

function aggregateSql<P>(
  aggregate: Aggregate,
  { stored }: ColumnNames,
  table: Table,
  dialect: SqlDialect<P>,
): Fragment {
  const { function: name, field, distinct } = aggregate
  if (field === '*') return sql`count(*)`
  const own = dialect.aggregate?.(aggregate, stored(field), kindOfField(field, table))
  if (own) return own
  if (name === 'COUNT_DISTINCT') return sql`count(distinct ${stored(field)})`
  return sql`${sql.raw(name.toLowerCase())}(${distinct ? sql.raw('distinct ') : NOTHING}${stored(field)})`
}

/** Nulls are the smallest value unless asked otherwise. Where there are none an index may give the order: nothing is said of them. */
function orderSql<P>(
  order: Pick<Order, 'direction' | 'nulls'>,
  column: Fragment,
  isNullable: boolean,
  dialect: SqlDialect<P>,
): Fragment[] {
  const ascending = order.direction === 'asc'
  const wanted = order.nulls ?? (ascending ? 'first' : 'last')
  const native = ascending === (dialect.nullsAre === 'smallest') ? 'first' : 'last'
  const term = sql`${column} ${sql.raw(order.direction)}`
  if (wanted === native || !isNullable) return [term]
  if (dialect.nullsBy === 'syntax') return [sql`${term} nulls ${sql.raw(wanted)}`]
  const [ifNull, ifNot] = wanted === 'first' ? ['0', '1'] : ['1', '0']
  return [sql`case when ${column} is null then ${sql.raw(ifNull)} else ${sql.raw(ifNot)} end`, term]
}

function columnsOf(shape: Shape, table: Table): readonly ResultColumn[] {
  const ofField = (name: string): ResultColumn => ({
    name,
    ...kindOfField(name, table),
    computed: false,
    ...(isStored(table, name) ? { isStored: true } : {}),
  })
  if (shape.verb !== 'select') return shape.returning.map(ofField)
  if (shape.countOnly) return [{ name: COUNT, type: 'integer', dbType: '', computed: false }]
  const ofAggregate = (aggregate: Aggregate): ResultColumn => ({
    name: aggregate.alias,
    ...kindOfAggregate(aggregate, table),
    computed: aggregate.function === 'SUM' ? 'sum' : aggregate.function === 'AVG' && 'mean',
  })
  return [...shape.fields.map(ofField), ...shape.aggregates.map(ofAggregate)]
}

function writtenBy(shape: Shape): readonly string[] {
  return shape.verb === 'insert' || shape.verb === 'update' ? shape.fields : []
}

const SPACE = sql` `
const NOTHING = sql``
const NEVER = sql`1 = 0`
const ONE = sql`1 as ${sql.id('one')}`
/** The name of a counted select. */
const COUNTED = sql.id('r')
/** The column of a count. */
const COUNT = 'count'
/** The column by which locked rows are known. */
const KNOWN = 'known'
