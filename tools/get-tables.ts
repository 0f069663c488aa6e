import { z } from 'zod'
import type { Verb } from '../src/core/policy.ts'
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
    tables: tables
      .slice(args.offset)
      .map(({ alias, name, access, has_key, row_estimate, is_view, description }) =>
        present({
          name: alias ?? name,
          access: access.filter((verb) => isUsable(verb, { has_key, is_view })).join(' '),
          rows: row_estimate,
          is_view,
          description: description && oneLine(description),
        }),
      ),
  }),
})

/** As in the lists of tables of each tool: views are only read, and rows without a key are not changed. */
function isUsable(
  verb: Verb,
  { has_key, is_view }: { readonly has_key: boolean; readonly is_view: boolean },
): boolean {
  return verb === 'GET' || (!is_view && (has_key || verb === 'POST'))
}
