import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { callProcedure } from '../src/operations/database/call-routine.ts'
import { confirmation } from './arguments.ts'

export const callStoredProcedure = defineTool({
  name: 'call_stored_procedure',
  title: 'Call procedure',
  description: 'Runs a stored procedure; it may change data. Call get_stored_procedures first.',
  operation: callProcedure,
  scope: 'procedures',
  arguments: z.strictObject({
    procedure_name: z.string().min(1).describe('Name'),
    parameters: z.record(z.string(), z.any()).optional().describe('e.g. {year:2026}'),
    wrapper: z.string().min(1).optional().describe('Key for the result set'),
    returns: z.string().min(1).optional().describe('Type, or TABLE'),
    confirmation,
  }),
  toInput: (args) => ({ ...args, complete: true }),
  output: z.object({ result: z.unknown() }),
  list: { key: 'result', more: 'narrow the parameters' },
})
