import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { aggregateRecords } from '../src/operations/database/aggregate-records.ts'
import { filter, format, limit, offset, tableName } from './arguments.ts'
import { rowsOutput, rowsPage } from './outputs.ts'

const aggregate = z.strictObject({
  function: z.enum(['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX']),
  field: z.string().min(1),
  alias: z.string().min(1).optional(),
})

export const aggregateData = defineTool({
  name: 'aggregate_data',
  title: 'Aggregate rows',
  description: 'Counts, sums, averages, extremes. Use instead of reading rows.',
  operation: aggregateRecords,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    aggregates: z
      .array(aggregate)
      .min(1)
      .describe("e.g. [{function:'SUM',field:'total',alias:'revenue'}]; COUNT takes field '*'"),
    filter,
    group_by: z.array(z.string()).optional().describe('Columns'),
    having: z.string().optional().describe("Filter on aliases, e.g. 'revenue>100'"),
    order: z.string().optional().describe("e.g. 'revenue DESC'"),
    limit,
    offset,
    format,
  }),
  toInput: ({ format: _, ...rest }) => rest,
  output: rowsOutput,
  list: { key: 'rows' },
  toOutput: (page) => rowsPage(page),
})
