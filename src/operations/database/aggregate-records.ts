import { z } from 'zod'
import { AGGREGATE_FUNCTIONS, type Aggregate } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { countedCursor, countedRows } from './counted-cursor.ts'
import { foreignCursor } from './cursor.ts'
import { binaryFields, describeBinary } from './describe-binary.ts'
import { fieldList, filterInput, orderText, tableName, whereInput } from './inputs.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { planAggregate, planGroupFields, requireAliases } from './plan-group.ts'
import { planGroupKeys } from './plan-group-keys.ts'
import { planGroupOrder, planHaving } from './plan-having.ts'
import { readRows } from './read-rows.ts'
import { mostRows } from './row-limit.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'

const input = z.strictObject({
  table_name: tableName,
  aggregates: z
    .array(
      z.strictObject({
        function: z.enum(AGGREGATE_FUNCTIONS),
        field: z.string().min(1),
        alias: z.string().min(1).optional(),
        /** Each value once. */
        distinct: z.boolean().optional(),
      }),
    )
    .min(1)
    .max(100),
  ...filterInput,
  ...whereInput,
  group_by: fieldList.optional(),
  /** A filter over the aliases and the grouped fields. */
  having: filterInput.filter,
  order: orderText.optional(),
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
  /** `text`: of bytes only what and how many they are. */
  as: z.enum(['rows', 'text']).optional(),
  /** Go on behind the group that this cursor stands for. */
  cursor: z.string().min(1).max(16_384).optional(),
})
type AggregateInput = z.infer<typeof input>

export interface AggregatePage {
  readonly rows: readonly Row[]
  readonly returned: number
  readonly limit: number
  readonly offset: number
  readonly has_more: boolean
  /** The cursor behind the group of an index. */
  readonly cursor_after: (index: number) => string
}

/** Counts, sums, averages, extremes: one row, or one per group. Computed by the database, exactly. */
export const aggregateRecords = defineOperation<AggregateInput, AggregatePage>({
  name: 'aggregate_records',
  kind: 'database',
  verb: 'GET',
  needs: ['aggregate'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run(request, context) {
    const schema = await loadSchema(context)
    const table = findTable(schema, request.table_name, context)
    const { group_by = [], aggregates: wanted } = request
    const keys = planGroupKeys(schema, table, [...group_by, ...wanted.map(({ field }) => field)], context)
    if (keys.joins.length > 0 && !context.service.adapter.capabilities.has('joins')) throw noJoins(context)
    const groupBy = planGroupFields(keys.table, group_by.map(keys.nameOf))
    const aggregates = planAggregates(
      keys.table,
      wanted.map((one) => ({ ...one, field: keys.nameOf(one.field) })),
      groupBy,
    )
    const grouping = { aggregates, groupBy, compared: keys.compared }
    const having = planHaving(keys.table, grouping, request, context)
    const where = allOf(planFilter(table, request, context, schema), rowFilter(table, context.access))
    const orderBy = planGroupOrder(keys.table, grouping, request.order)
    const most = mostRows(context)
    const limit = Math.min(request.limit ?? most, most)
    const scope = { table: table.name, request, context }
    const offset = offsetOf(request, scope)
    const rows = await readRows(
      context.service.adapter,
      {
        table: keys.table,
        ...(keys.joins.length > 0 && { joins: keys.joins }),
        ...(keys.computed.length > 0 && { computed: keys.computed }),
        fields: groupBy,
        aggregates,
        limit: limit + 1,
        offset,
        orderBy,
        ...(groupBy.length > 0 ? { groupBy } : {}),
        ...(where ? { where } : {}),
        ...(having ? { having } : {}),
      },
      context.signal,
    )
    const shown = rows.slice(0, limit).map(keys.shown)
    const binary = request.as === 'text' ? bytesOf(keys.table, groupBy, aggregates) : []
    const page = await describeBinary(shown, binary, [])
    const cursor_after = (index: number) => countedCursor(offset + index + 1, scope)
    return { rows: page, returned: page.length, limit, offset, has_more: rows.length > limit, cursor_after }
  },
})

function bytesOf(table: Table, groupBy: readonly string[], aggregates: readonly Aggregate[]): string[] {
  const ends = aggregates.filter(
    ({ function: name, field }) =>
      (name === 'MIN' || name === 'MAX') && binaryFields(table, [field]).length > 0,
  )
  return [...binaryFields(table, groupBy), ...ends.map(({ alias }) => alias)]
}

/** Throws `bad_request` for a cursor of another request, or beside an offset. */
function offsetOf({ cursor, offset = 0 }: AggregateInput, scope: Parameters<typeof countedRows>[1]): number {
  if (cursor === undefined) return offset
  const rows = countedRows(cursor, scope)
  if (rows === undefined) throw foreignCursor()
  if (offset > 0) throw new AppError('bad_request', 'Give either cursor or offset, not both.')
  return rows
}

function planAggregates(
  table: Table,
  wanted: AggregateInput['aggregates'],
  groupBy: readonly string[],
): Aggregate[] {
  const aggregates = wanted.map(({ distinct, ...one }) =>
    planAggregate(
      table,
      distinct ? { ...one, distinct: true as const } : one,
      `${one.function}(${one.field})`,
    ),
  )
  requireAliases(aggregates, groupBy)
  return aggregates
}

function noJoins({ service }: OperationContext): AppError {
  return new AppError(
    'not_supported',
    `Service '${service.info.name}' cannot group by fields of related records.`,
  )
}
