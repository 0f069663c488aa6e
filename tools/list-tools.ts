import { z } from 'zod'
import { defineDirectoryTool } from '../src/core/tool.ts'

export const listTools = defineDirectoryTool({
  name: 'list_tools',
  title: 'List tools',
  description: 'The tools you may call here.',
  arguments: z.strictObject({ names_only: z.boolean().optional().describe('Without descriptions') }),
  output: z.object({ tools: z.array(z.unknown()) }),
  list: { key: 'tools' },
  directory: (tools, { names_only }) => ({
    tools: tools.map(({ name, title, description }) =>
      names_only ? { name } : { name, title, description },
    ),
  }),
})
