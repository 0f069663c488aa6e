import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { getDataModel as readDataModel } from '../src/operations/database/get-data-model.ts'
import { limit, offset, refresh } from './arguments.ts'
import { LISTING_BYTES, listOutput } from './outputs.ts'

type Item = Readonly<Record<string, unknown>>

export const getDataModel = defineTool({
  name: 'get_data_model',
  title: 'Explore data model',
  description: 'Tables with columns and links, in pages. Search finds the table for a question.',
  operation: readDataModel,
  scope: 'service',
  arguments: z.strictObject({
    search: z.string().optional().describe("Words, e.g. 'customer email'"),
    tables: z.array(z.string()).optional().describe('Only these'),
    detail: z.enum(['names', 'columns', 'full']).default('columns').describe('full adds relationships'),
    limit,
    offset,
    refresh,
  }),
  output: listOutput('tables').extend({ total: z.int() }),
  list: {
    key: 'tables',
    bytes: LISTING_BYTES,
    show: ({ junction, columns, relations, ...table }) => ({
      ...table,
      ...(Array.isArray(junction) ? { junction: junction.join(' - ') } : {}),
      ...inOneCell({ columns, relations }),
    }),
  },
  toOutput: ({ returned: _, ...model }) => model,
})

/** `[{ name: 'id', type: 'integer', pk: true }]` → `id integer pk`. */
function inOneCell(lists: Item): Item {
  const cells = Object.entries(lists).flatMap(([key, list]) =>
    Array.isArray(list) ? [[key, list.map(words).join('; ')]] : [],
  )
  return Object.fromEntries(cells)
}

function words(item: Item): string {
  const { name, type, table, ...more } = item
  const marks = Object.entries(more).map(([key, value]) => (value === true ? key : `${key}=${String(value)}`))
  return [name, type, table, ...marks].filter((word) => word !== undefined).join(' ')
}
