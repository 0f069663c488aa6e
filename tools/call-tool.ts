import { z } from 'zod'
import { AppError } from '../src/core/errors.ts'
import { CALL_TOOL, defineDirectoryTool } from '../src/core/tool.ts'

/** What it is given is taken as a call of that tool before anything else: whoever comes to its own answer wrote it wrongly. */
export const callTool = defineDirectoryTool({
  name: CALL_TOOL,
  title: 'Call tool',
  description: 'Calls a tool that list_tools tells of and this list has no room for.',
  arguments: z.strictObject({
    name: z.string().describe('From list_tools'),
    arguments: z.record(z.string(), z.json()).optional().describe('Of that tool'),
  }),
  output: z.object({}),
  isForUnlisted: true,
  directory() {
    throw new AppError('bad_request', 'call_tool calls other tools, under its own name alone.', {
      hint: 'list_tools shows the tools there are, and the arguments of one.',
    })
  },
})
