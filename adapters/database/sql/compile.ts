import { createQueryId, sql } from 'kysely'
import type { Aggregate, Order } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { ResultColumn, StatementText } from './connection.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import { filterSql } from './filter-sql.ts'
import type { DeleteShape, InsertShape, SelectShape, Shape, UpdateShape } from './shape.ts'
import { typeOfAggregate, typeOfField } from './value-type.ts'

export interface Compiled {
  readonly text: StatementText
  /** Slot of each placeholder, in the order of the text; absent when that is the order of the slots. */
  readonly slots: readonly number[] | undefined
}

/** Statement text of a shape. Values are always placeholders; every name is an identifier quoted by Kysely. */
export function compile<P>(shape: Shape, table: Table, dialect: SqlDialect<P>): Compiled {
  const { sql, parameters } = dialect
    .createQueryCompiler()
    .compileQuery(fragmentOf(shape, table, dialect).toOperationNode(), createQueryId())
  return {
    text: Object.freeze({
      verb: shape.verb,
      sql,
      columns: columnsOf(shape, table),
      table,
      written: writtenBy(shape),
    }),
    slots: parameters.map(Number),
  }
}

/** In a select every field is qualified, so that an alias of the same name cannot take its place. */
const SOURCE = sql.id('t')
const qualified = (name: string): Fragment => sql.id('t', name)
const plain = (name: string): Fragment => sql.id(name)

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
  const aliases = new Map(shape.aggregates.map((aggregate) => [aggregate.alias, aggregateSql(aggregate)]))
  const outputs = [
    ...shape.fields.map(qualified),
    ...shape.aggregates.map((aggregate) => sql`${aggregateSql(aggregate)} as ${sql.id(aggregate.alias)}`),
  ]
  const parts = [sql`select ${shape.distinct ? sql.raw('distinct ') : NOTHING}${sql.join(outputs)}`]
  parts.push(sql`from ${dialect.table(table.name)} ${SOURCE}`)
  if (shape.where) parts.push(sql`where ${filterSql(shape.where, qualified, dialect)}`)
  if (shape.groupBy.length > 0) parts.push(sql`group by ${sql.join(shape.groupBy.map(qualified))}`)
  // Not every engine knows aliases in HAVING: the aggregate is written out.
  const inGroup = (name: string) => aliases.get(name) ?? qualified(name)
  if (shape.having) parts.push(sql`having ${filterSql(shape.having, inGroup, dialect)}`)
  const orderable = (name: string) => (aliases.has(name) ? plain(name) : qualified(name))
  const terms = shape.orderBy.flatMap((order) => orderSql(order, orderable(order.by), dialect))
  if (terms.length > 0) parts.push(sql`order by ${sql.join(terms)}`)
  parts.push(
    dialect.limit(sql.val(shape.limit), shape.offset === undefined ? undefined : sql.val(shape.offset)),
  )
  return sql.join(parts, SPACE)
}

function aggregateSql({ function: name, field }: Aggregate): Fragment {
  if (field === '*') return sql`count(*)`
  if (name === 'COUNT_DISTINCT') return sql`count(distinct ${qualified(field)})`
  return sql`${sql.raw(name.toLowerCase())}(${qualified(field)})`
}

/** Nulls are the smallest value unless asked otherwise. */
function orderSql<P>(order: Order, column: Fragment, dialect: SqlDialect<P>): Fragment[] {
  const ascending = order.direction === 'asc'
  const wanted = order.nulls ?? (ascending ? 'first' : 'last')
  const native = ascending === (dialect.nullsAre === 'smallest') ? 'first' : 'last'
  const term = sql`${column} ${sql.raw(order.direction)}`
  if (wanted === native) return [term]
  if (dialect.nullsBy === 'syntax') return [sql`${term} nulls ${sql.raw(wanted)}`]
  const [ifNull, ifNot] = wanted === 'first' ? ['0', '1'] : ['1', '0']
  return [sql`case when ${column} is null then ${sql.raw(ifNull)} else ${sql.raw(ifNot)} end`, term]
}

function insertSql<P>(shape: InsertShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const parts = [sql`insert into ${dialect.table(table.name)}`]
  if (shape.fields.length === 0) {
    parts.push(dialect.emptyInsert)
  } else {
    let slot = 0
    const rows = Array.from(
      { length: shape.rows },
      () => sql`(${sql.join(shape.fields.map(() => sql.val(slot++)))})`,
    )
    parts.push(sql`(${sql.join(shape.fields.map(plain))}) values ${sql.join(rows)}`)
  }
  if (shape.onConflict) parts.push(dialect.upsert(shape.onConflict, upserted(shape.onConflict, shape.fields)))
  return returningSql(parts, shape.returning)
}

/** A row that has nothing but its key is set to itself, so that it counts and is returned. */
function upserted(keys: readonly string[], fields: readonly string[]): readonly string[] {
  const others = fields.filter((field) => !keys.includes(field))
  return others.length > 0 ? others : keys
}

function updateSql<P>(shape: UpdateShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const sets = shape.fields.map((field, slot) => sql`${plain(field)} = ${sql.val(slot)}`)
  const parts = [
    sql`update ${dialect.table(table.name)} set ${sql.join(sets.length > 0 ? sets : [unchanged(table)])}`,
    sql`where ${filterSql(shape.where, plain, dialect)}`,
  ]
  return returningSql(parts, shape.returning)
}

/** An update that sets nothing still finds, counts and returns its rows. */
function unchanged(table: Table): Fragment {
  const name = table.fields.find(({ isGenerated }) => !isGenerated)?.name ?? ''
  return sql`${plain(name)} = ${plain(name)}`
}

function deleteSql<P>(shape: DeleteShape, table: Table, dialect: SqlDialect<P>): Fragment {
  const parts = [sql`delete from ${dialect.table(table.name)}`]
  if (shape.where) parts.push(sql`where ${filterSql(shape.where, plain, dialect)}`)
  return returningSql(parts, shape.returning)
}

function returningSql(parts: readonly Fragment[], fields: readonly string[]): Fragment {
  if (fields.length === 0) return sql.join(parts, SPACE)
  return sql.join([...parts, sql`returning ${sql.join(fields.map(plain))}`], SPACE)
}

function columnsOf(shape: Shape, table: Table): readonly ResultColumn[] {
  const ofField = (name: string): ResultColumn => ({ name, type: typeOfField(name, table), computed: false })
  if (shape.verb !== 'select') return shape.returning.map(ofField)
  const ofAggregate = (aggregate: Aggregate): ResultColumn => ({
    name: aggregate.alias,
    type: typeOfAggregate(aggregate, table),
    computed: aggregate.function === 'SUM' || aggregate.function === 'AVG',
  })
  return [...shape.fields.map(ofField), ...shape.aggregates.map(ofAggregate)]
}

function writtenBy(shape: Shape): readonly string[] {
  return shape.verb === 'insert' || shape.verb === 'update' ? shape.fields : []
}

const SPACE = sql` `
const NOTHING = sql``
