import { sql } from 'kysely'
import type { Order } from '../../../src/core/database/query.ts'
import type { Fragment, SqlDialect } from './dialect.ts'
import type { SelectShape } from './shape.ts'

/** Nulls are the smallest value unless asked otherwise. Where there are none an index may give the order: nothing is said of them. */
export function orderSql<P>(
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

/** Once ordered by a field, rows with the same value of it have no other: some engines refuse to be told twice. */
export function withoutRepeated(orderBy: SelectShape['orderBy']): SelectShape['orderBy'] {
  const isRepeated = ({ by, through }: SelectShape['orderBy'][number], at: number) =>
    !through && orderBy.findIndex((other) => !other.through && other.by === by) < at
  return orderBy.some(isRepeated) ? orderBy.filter((order, at) => !isRepeated(order, at)) : orderBy
}

export function anyOrder<P>(
  { distinct, each }: SelectShape,
  { anyOrder: orders }: SqlDialect<P>,
): readonly Fragment[] {
  if (!orders) return []
  return [distinct && !each ? orders.distinct : orders.rows]
}
