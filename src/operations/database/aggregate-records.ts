import { z } from 'zod'
import { AGGREGATE_FUNCTIONS, type Aggregate } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import type { Row } from '../../core/database/value.ts'
import { defineOperation } from '../../core/operation.ts'
import { fieldList, filterInput, orderText, tableName } from './inputs.ts'
import { allOf, planFilter, rowFilter } from './plan-filter.ts'
import { planAggregate, planGroupFields, requireAliases } from './plan-group.ts'
import { planGroupOrder, planHaving } from './plan-having.ts'
import { readRows } from './read-rows.ts'
import { findTable, loadSchema, tableResource } from './table-access.ts'

const input = z.strictObject({
  table_name: tableName,
  aggregates: z
    .array(
      z.strictObject({
        function: z.enum(AGGREGATE_FUNCTIONS),
        field: z.string().min(1),
        alias: z.string().min(1).optional(),
      }),
    )
    .min(1)
    .max(100),
  ...filterInput,
  group_by: fieldList.optional(),
  /** A filter over the aliases and the grouped fields. */
  having: filterInput.filter,
  order: orderText.optional(),
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
})

export interface AggregatePage {
  readonly rows: readonly Row[]
  readonly returned: number
  readonly limit: number
  readonly offset: number
  readonly has_more: boolean
}

/** Counts, sums, averages, extremes: one row, or one per group. Computed by the database, exactly. */
export const aggregateRecords = defineOperation<z.infer<typeof input>, AggregatePage>({
  name: 'aggregate_records',
  kind: 'database',
  verb: 'GET',
  needs: ['aggregate'],
  input,
  resource: ({ table_name }) => tableResource('_table', table_name),
  async run(request, context) {
    const schema = await loadSchema(context)
    const table = findTable(schema, request.table_name, context)
    const groupBy = planGroupFields(table, request.group_by ?? [])
    const aggregates = planAggregates(table, request.aggregates, groupBy)
    const grouping = { aggregates, groupBy }
    const having = planHaving(table, grouping, request, context)
    const where = allOf(planFilter(table, request, context, schema), rowFilter(table, context.access))
    const orderBy = planGroupOrder(table, grouping, request.order)
    const most = context.service.settings.maxRecords
    const limit = Math.min(request.limit ?? most, most)
    const offset = request.offset ?? 0
    const rows = await readRows(
      context.service.adapter,
      {
        table,
        fields: groupBy,
        aggregates,
        limit: limit + 1,
        offset,
        orderBy: orderBy.length > 0 ? orderBy : groupBy.map((by) => ({ by, direction: 'asc' as const })),
        ...(groupBy.length > 0 ? { groupBy } : {}),
        ...(where ? { where } : {}),
        ...(having ? { having } : {}),
      },
      context.signal,
    )
    const page = rows.slice(0, limit)
    return { rows: page, returned: page.length, limit, offset, has_more: rows.length > limit }
  },
})

function planAggregates(
  table: Table,
  wanted: z.infer<typeof input>['aggregates'],
  groupBy: readonly string[],
): Aggregate[] {
  const aggregates = wanted.map((one) => planAggregate(table, one, `${one.function}(${one.field})`))
  requireAliases(aggregates, groupBy)
  return aggregates
}
