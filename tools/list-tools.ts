import { z } from 'zod'
import { AppError } from '../src/core/errors.ts'
import { nearest } from '../src/core/names.ts'
import { defineDirectoryTool } from '../src/core/tool.ts'

export const listTools = defineDirectoryTool({
  name: 'list_tools',
  title: 'List tools',
  description: 'The tools you may call here.',
  arguments: z.strictObject({
    names_only: z.boolean().optional().describe('Without descriptions'),
    name: z.string().optional().describe('This one, with its arguments'),
  }),
  output: z.object({ tools: z.array(z.unknown()) }),
  list: { key: 'tools', more: 'names_only, then one by its name' },
  directory: (tools, { names_only, name }) => {
    if (name !== undefined) return { tools: [toolCalled(name, tools)] }
    return {
      tools: tools.map(({ name, title, description }) =>
        names_only ? { name } : { name, title, description },
      ),
    }
  },
})

function toolCalled<T extends { readonly name: string }>(wanted: string, tools: readonly T[]): T {
  const found = tools.find(({ name }) => name === wanted)
  if (found) return found
  throw new AppError('not_found', 'You have no tool of that name.', {
    hint: 'Without name, list_tools shows all there are.',
    didYouMean: nearest(
      wanted,
      tools.map(({ name }) => name),
    ),
  })
}
