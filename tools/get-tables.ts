import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { listTables, oneLine } from '../src/operations/database/list-tables.ts'
import { offset } from './arguments.ts'
import { LISTING_BYTES, listOutput, present } from './outputs.ts'

export const getTables = defineTool({
  name: 'get_tables',
  title: 'List tables',
  description:
    'Tables and views you may use, with your verbs and estimated rows. Call first; get_data_model has a search.',
  operation: listTables,
  scope: 'service',
  arguments: z.strictObject({ offset }),
  toInput: () => ({}),
  output: listOutput('tables').extend({ total: z.int() }),
  resource: { path: 'tables', title: 'Tables', as: 'json' },
  list: { key: 'tables', bytes: LISTING_BYTES },
  toOutput: ({ tables }, args) => ({
    total: tables.length,
    tables: tables.slice(args.offset).map(({ alias, name, access, row_estimate, is_view, description }) =>
      present({
        name: alias ?? name,
        access: access.join(' '),
        rows: row_estimate,
        is_view,
        description: description && oneLine(description),
      }),
    ),
  }),
})
