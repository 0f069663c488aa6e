import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { listProcedures } from '../src/operations/database/list-routines.ts'
import { offset } from './arguments.ts'
import { listOutput, terseRoutine } from './outputs.ts'

export const getStoredProcedures = defineTool({
  name: 'get_stored_procedures',
  title: 'List procedures',
  description: 'Stored procedures you may call, with their parameters.',
  operation: listProcedures,
  scope: 'procedures',
  arguments: z.strictObject({ offset }),
  toInput: () => ({}),
  output: listOutput('procedures'),
  list: { key: 'procedures' },
  toOutput: ({ routines }, args) => ({ procedures: routines.slice(args.offset).map(terseRoutine) }),
})
