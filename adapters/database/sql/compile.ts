import { createQueryId, sql } from 'kysely'
import type { Aggregate, Order } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import { findByName } from '../../../src/core/names.ts'
import { type ColumnNames, columnName, columnNames, isPlainColumn, writtenSql } from './column-names.ts'
import type { ResultColumn, StatementText } from './connection.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import { type Columns, filterSql } from './filter-sql.ts'
import { pageSizeSql } from './page-size.ts'
import {
  type DeleteShape,
  type EachShape,
  fieldsOf,
  type InsertShape,
  type JoinShape,
  type SelectShape,
  type Shape,
  type UpdateShape,
} from './shape.ts'
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
  return {
    text: Object.freeze({ ...text, ...(plain && { plain }) }),
    slots: parameters.map(Number),
  }
}

function compiled<P>(fragment: Fragment, dialect: SqlDialect<P>) {
  return dialect.createQueryCompiler().compileQuery(fragment.toOperationNode(), createQueryId())
}

/** In a select every field is qualified, so that an alias of the same name cannot take its place. */
const SOURCE = sql.id('t')
const plain = (name: string): Fragment => sql.id(name)
const qualifiedIn = <P>(table: Table, dialect: SqlDialect<P>): ColumnNames =>
  columnNames(table, dialect, (column) => sql.id('t', column))
const plainIn = <P>(table: Table, dialect: SqlDialect<P>): ColumnNames => columnNames(table, dialect, plain)
const columnsOfTable = (table: Table, names: ColumnNames): Columns => ({
  sql: names.compared,
  kind: (name) => kindOfField(name, table),
  fromInside: names.stored,
})
/** Where a statement has no alias for its table, queries inside it know the columns by the table's name. */
const plainColumns = <P>(table: Table, dialect: SqlDialect<P>): Columns => ({
  ...columnsOfTable(table, plainIn(table, dialect)),
  fromInside: columnNames(table, dialect, (column) => sql`${dialect.table(table.name)}.${plain(column)}`)
    .stored,
})

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
    return aggregate ? aggregateSql(aggregate, names) : names.stored(name)
  }
  const isNullable = (name: string) =>
    aliases.has(name) || findByName(table.fieldByName, name)?.allowNull !== false
  const terms = shape.orderBy.flatMap(({ through, ...order }) =>
    through
      ? orderSql(order, throughSql(order.by, through, names.stored, dialect), true, dialect)
      : orderSql(order, orderable(order.by), isNullable(order.by), dialect),
  )
  const parts = shape.each
    ? [eachSql(shape, shape.each, terms, table, dialect)]
    : [selectedSql(shape, outputsOf(shape, table, dialect)), rowsSql(shape, table, dialect)]
  if (terms.length > 0 && !shape.each) parts.push(sql`order by ${sql.join(terms)}`)
  parts.push(
    dialect.limit(pageSizeSql(shape.limit), shape.offset === undefined ? undefined : sql.val(shape.offset)),
  )
  if (shape.locked && dialect.lock) parts.push(dialect.lock)
  return sql.join(parts, SPACE)
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
    ...aggregates.map((aggregate) => sql`${aggregateSql(aggregate, names)} as ${sql.id(aggregate.alias)}`),
  ]
}

/** From where the rows come, and which: `from` to `having`. */
function rowsSql<P>(shape: SelectShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const parts = [sql`from ${dialect.table(table.name)} ${SOURCE}`]
  const names = qualifiedIn(table, dialect)
  for (const join of shape.joins) parts.push(joinSql(join, shape, table, dialect))
  if (shape.where) parts.push(sql`where ${filterSql(shape.where, columnsOfTable(table, names), dialect)}`)
  if (shape.groupBy.length > 0) parts.push(sql`group by ${sql.join(shape.groupBy.map(names.stored))}`)
  if (shape.having)
    parts.push(sql`having ${filterSql(shape.having, groupColumns(shape, table, names), dialect)}`)
  return sql.join(parts, SPACE)
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
  return sql`left join ${dialect.table(joined.name)} ${sql.id(alias)} on ${sql.join([...equal, ...also], sql` and `)}`
}

/** Not every engine knows aliases in HAVING: the aggregate is written out. */
function groupColumns({ aggregates }: SelectShape, table: Table, names: ColumnNames): Columns {
  const aliases = new Map(aggregates.map((aggregate) => [aggregate.alias, aggregate]))
  return {
    sql: (name) => {
      const aggregate = aliases.get(name)
      return aggregate ? aggregateSql(aggregate, names) : names.stored(name)
    },
    kind: (name) => {
      const aggregate = aliases.get(name)
      return aggregate ? kindOfAggregate(aggregate, table) : kindOfField(name, table)
    },
  }
}

/** A field as the engine selects it, under its own name. */
function outputSql<P>(name: string, names: ColumnNames, table: Table, { readAs }: SqlDialect<P>): Fragment {
  const column = names.selected(name)
  const read = readAs?.(column, kindOfField(name, table)) ?? column
  return read === column && isPlainColumn(table, name) ? column : sql`${read} as ${plain(name)}`
}

function aggregateSql({ function: name, field, distinct }: Aggregate, { stored }: ColumnNames): Fragment {
  if (field === '*') return sql`count(*)`
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

function insertSql<P>(shape: InsertShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const parts = [sql`insert into ${dialect.table(table.name)}`]
  const columns = shape.fields.map((name) => plain(columnName(table, name)))
  if (shape.fields.length === 0) {
    parts.push(dialect.emptyInsert)
  } else if (shape.rows === 'bulk' && dialect.bulk) {
    const fields = fieldsOf(table, shape.fields)
    const rows = dialect.bulk.rows(fields, dialect.table(table.name), sql.val(0))
    parts.push(sql`(${sql.join(columns)}) ${rows}`)
  } else {
    let slot = 0
    const rows = Array.from(
      { length: Number(shape.rows) },
      () =>
        sql`(${sql.join(shape.fields.map((name) => inputSql(name, slot++, { table, use: 'insert' }, dialect)))})`,
    )
    parts.push(sql`(${sql.join(columns)}) values ${sql.join(rows)}`)
  }
  if (shape.onConflict) {
    const set = upserted(shape.onConflict, shape.fields)
    const own = (name: string) => columnName(table, name)
    parts.push(dialect.upsert(shape.onConflict.map(own), set.map(own)))
  }
  return returningSql(parts, shape.returning, table, dialect)
}

interface Target {
  readonly table: Table
  readonly use: 'insert' | 'update'
}

/** A value as the engine stores it. */
function inputSql<P>(name: string, slot: number, { table, use }: Target, dialect: SqlDialect<P>): Fragment {
  const value = sql.val(slot)
  const stored = dialect.writeAs?.(value, kindOfField(name, table)) ?? value
  return writtenSql(stored, findByName(table.fieldByName, name), use, dialect)
}

/** A row that has nothing but its key is set to itself, so that it counts and is returned. */
function upserted(keys: readonly string[], fields: readonly string[]): readonly string[] {
  const others = fields.filter((field) => !keys.includes(field))
  return others.length > 0 ? others : keys
}

function updateSql<P>(shape: UpdateShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const sets = shape.fields.map(
    (field, slot) =>
      sql`${plain(columnName(table, field))} = ${inputSql(field, slot, { table, use: 'update' }, dialect)}`,
  )
  const parts = [
    sql`update ${dialect.table(table.name)} set ${sql.join(sets.length > 0 ? sets : [unchanged(table)])}`,
    sql`where ${filterSql(shape.where, plainColumns(table, dialect), dialect)}`,
  ]
  return returningSql(parts, shape.returning, table, dialect)
}

/** An update that sets nothing still finds, counts and returns its rows. */
function unchanged(table: Table): Fragment {
  const name = columnName(table, table.fields.find(({ isGenerated }) => !isGenerated)?.name ?? '')
  return sql`${plain(name)} = ${plain(name)}`
}

function deleteSql<P>(shape: DeleteShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const parts = [sql`delete from ${dialect.table(table.name)}`]
  if (shape.where) parts.push(sql`where ${filterSql(shape.where, plainColumns(table, dialect), dialect)}`)
  return returningSql(parts, shape.returning, table, dialect)
}

function returningSql<P>(
  parts: readonly Fragment[],
  fields: readonly string[],
  table: Table,
  dialect: SqlDialect<P>,
): Fragment {
  if (fields.length === 0) return sql.join(parts, SPACE)
  const names = plainIn(table, dialect)
  const outputs = fields.map((name) => outputSql(name, names, table, dialect))
  return sql.join([...parts, sql`returning ${sql.join(outputs)}`], SPACE)
}

function columnsOf(shape: Shape, table: Table): readonly ResultColumn[] {
  const ofField = (name: string): ResultColumn => ({
    name,
    ...kindOfField(name, table),
    computed: false,
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
const ONE = sql`1 as ${sql.id('one')}`
/** The name of a counted select. */
const COUNTED = sql.id('r')
/** The column of a count. */
const COUNT = 'count'
