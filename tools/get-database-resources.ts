import { z } from 'zod'
import { AppError } from '../src/core/errors.ts'
import { defineTool } from '../src/core/tool.ts'
import { listResources } from '../src/operations/database/list-resources.ts'
import { refresh } from './arguments.ts'

export const getDatabaseResources = defineTool({
  name: 'get_database_resources',
  title: 'List resources',
  description: 'Resource groups of this service, as roles name them.',
  isSpare: true,
  operation: listResources,
  scope: 'service',
  arguments: z.strictObject({
    as_list: z.boolean().optional().describe('Default'),
    as_access_list: z.boolean().optional().describe('Components'),
    include_access: z.boolean().optional().describe('Add verbs'),
    fields: z
      .array(z.enum(['name', 'label', 'access']))
      .optional()
      .describe("e.g. ['name']"),
    refresh,
  }),
  toInput: ({ refresh }) => ({ refresh }),
  output: z.object({ resources: z.array(z.unknown()), access_list: z.array(z.unknown()).optional() }),
  toOutput: ({ resources, details, access_list }, { as_access_list, include_access, fields }) => ({
    resources:
      fields || include_access ? details.map((one) => chosen(one, fields ?? ['name', 'access'])) : resources,
    ...(as_access_list ? { access_list } : {}),
  }),
})

/** Throws for a property that resources do not have. */
function chosen(resource: Readonly<Record<string, unknown>>, fields: readonly string[]): object {
  const unknown = fields.find((field) => !Object.hasOwn(resource, field))
  if (unknown !== undefined) {
    throw new AppError('bad_request', `Resources have no field '${unknown}'.`, {
      hint: `Fields: ${Object.keys(resource).join(', ')}.`,
    })
  }
  return Object.fromEntries(fields.map((field) => [field, resource[field]]))
}
