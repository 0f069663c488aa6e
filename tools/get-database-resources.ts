import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { listResources } from '../src/operations/database/list-resources.ts'
import { refresh } from './arguments.ts'

export const getDatabaseResources = defineTool({
  name: 'get_database_resources',
  title: 'List resources',
  description: 'Resource groups of this service, as roles name them.',
  operation: listResources,
  scope: 'service',
  arguments: z.strictObject({
    as_list: z.boolean().optional().describe('Names only; default'),
    as_access_list: z.boolean().optional().describe('Add role components'),
    refresh,
  }),
  toInput: ({ refresh }) => ({ refresh }),
  output: z.object({ resources: z.array(z.unknown()), access_list: z.array(z.unknown()).optional() }),
  toOutput: ({ resources, access_list }, { as_access_list }) => ({
    resources,
    ...(as_access_list ? { access_list } : {}),
  }),
})
