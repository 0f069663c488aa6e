import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { callFunction } from '../src/operations/database/call-routine.ts'
import { confirmation } from './arguments.ts'

export const callStoredFunction = defineTool({
  name: 'call_stored_function',
  title: 'Call function',
  description: 'Runs a stored function; it may change data. Call get_stored_functions first.',
  operation: callFunction,
  scope: 'functions',
  arguments: z.strictObject({
    function_name: z.string().min(1).describe('Name'),
    parameters: z.record(z.string(), z.any()).optional().describe('e.g. {year:2026}'),
    returns: z.string().min(1).optional().describe('Type, or TABLE'),
    confirmation,
  }),
  toInput: (args) => ({ ...args, complete: true }),
  output: z.object({ result: z.unknown() }),
  list: { key: 'result', more: 'narrow the parameters' },
})
