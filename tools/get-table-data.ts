import { z } from 'zod'
import { AppError } from '../src/core/errors.ts'
import { defineTool } from '../src/core/tool.ts'
import { listRecords } from '../src/operations/database/list-records.ts'
import {
  cursor,
  fields,
  filter,
  goOn,
  ids,
  limit,
  listOf,
  offset,
  order,
  related,
  relatedOptions,
  tableName,
  where,
} from './arguments.ts'
import { rowsOutput, rowsPage, terseField } from './outputs.ts'
import { DEFAULT_LIMIT, plainPageIn } from './plain-page.ts'

export const getTableData = defineTool({
  name: 'get_table_data',
  title: 'Read rows',
  description: 'Rows of one table, filtered, sorted, paged.',
  operation: listRecords,
  scope: 'tables',
  arguments: z.strictObject({
    table_name: tableName,
    fields,
    filter,
    where,
    order,
    // Ids come whole: a default would be a limit that nobody asked for.
    limit: limit.unwrap().optional().meta({ default: DEFAULT_LIMIT }).describe('Page size'),
    offset,
    cursor,
    ids,
    related,
    related_options: relatedOptions,
    continue: goOn,
    count_only: z.boolean().optional().describe('Only total'),
    include_count: z.boolean().optional().describe('Add total'),
    include_schema: z.boolean().optional().describe('Add columns'),
    format: z.enum(['table', 'json', 'csv', 'csv_link', 'json_link']).optional().describe('Of the text'),
  }),
  toInput: ({ related, cursor, format: _, limit, ...rest }) => ({
    ...rest,
    limit: rest.ids ? lessThan(rest.ids.length, limit) : (limit ?? DEFAULT_LIMIT),
    related: listOf(related),
    as: 'text' as const,
    ...(cursor ? { cursor } : {}),
    // Most reads end with their first page: for those a cursor would be words for nothing.
    ...(cursor !== undefined || rest.offset > 0 ? { next_cursor: 'where_possible' as const } : {}),
  }),
  plainPage(given) {
    const args = plainPageIn(given)
    return args && { args, table: args.table_name, ...args }
  },
  exported({ format, table_name, filter, where, fields, order, ids, related, related_options, count_only }) {
    if (format !== 'csv_link' && format !== 'json_link') return undefined
    if (ids ?? related ?? related_options ?? count_only)
      throw new AppError(
        'bad_request',
        'A link to all rows goes with filter, where, fields and order alone.',
        {
          hint: "Ask for another 'format', or leave out ids, related, related_options and count_only.",
        },
      )
    return { table_name, filter, where, fields, order, format: format === 'csv_link' ? 'csv' : 'json' }
  },
  output: rowsOutput.extend({ total: z.int().optional(), schema: z.array(z.unknown()).optional() }),
  resource: { path: 'table', title: 'First rows', as: 'text' },
  list: { key: 'rows', more: 'ask for the ids not shown' },
  toOutput(result, args) {
    const { count_only, total = count_only, schema } = result
    const output = rowsPage(result, args)
    if (total !== undefined) output.total = total
    if (schema) output.schema = schema.field.map(terseField)
    return output
  },
})

/** A limit that all of the ids are within says nothing; a smaller one is refused where they are read. */
function lessThan(ids: number, limit: number | undefined): number | undefined {
  return limit !== undefined && limit < ids ? limit : undefined
}
