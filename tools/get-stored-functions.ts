import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { listFunctions } from '../src/operations/database/list-routines.ts'
import { offset } from './arguments.ts'
import { listOutput, terseRoutine } from './outputs.ts'

export const getStoredFunctions = defineTool({
  name: 'get_stored_functions',
  title: 'List functions',
  description: 'Stored functions you may call, with their parameters.',
  operation: listFunctions,
  scope: 'functions',
  arguments: z.strictObject({ offset }),
  toInput: () => ({}),
  output: listOutput('functions'),
  list: { key: 'functions' },
  toOutput: ({ routines }, args) => ({ functions: routines.slice(args.offset).map(terseRoutine) }),
})
