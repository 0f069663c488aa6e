import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { aggregateRecords } from '../src/operations/database/aggregate-records.ts'
import { filter, format, limit, offset, tableName, where } from './arguments.ts'
import { rowsOutput, rowsPage } from './outputs.ts'

const aggregate = z.strictObject({
  function: z.enum(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']),
  field: z.string().min(1),
  alias: z.string().min(1).optional(),
  distinct: z.boolean().optional(),
})

export const aggregateData = defineTool({
  name: 'aggregate_data',
  title: 'Aggregate rows',
  description: 'Counts, sums, averages. Use instead of reading rows.',
  operation: aggregateRecords,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    aggregates: z
      .array(aggregate)
      .min(1)
      .describe("e.g. [{function:'SUM',field:'total',alias:'sum'}]; COUNT takes '*'"),
    filter,
    where,
    group_by: z.array(z.string()).optional().describe("e.g. ['status','month(day)','customer.country']"),
    having: z.string().optional().describe("On aliases, e.g. 'sum>100'"),
    order: z.string().optional().describe("e.g. 'sum DESC'"),
    limit,
    offset,
    cursor: z.string().optional().describe('next_cursor'),
    format,
  }),
  toInput: ({ format: _, cursor, ...rest }) => ({
    ...rest,
    as: 'text' as const,
    ...(cursor ? { cursor } : {}),
  }),
  output: rowsOutput,
  list: { key: 'rows' },
  toOutput: (page, args) => rowsPage(page, args),
})
