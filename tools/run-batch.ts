import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { runSteps } from '../src/operations/database/steps/run-steps.ts'

export const runBatch = defineTool({
  name: 'run_batch',
  title: 'Run steps',
  description:
    "Runs steps on tables, all or none. Each has operation (create, update, delete, get, list), table, and name; then record, records, id, ids, filter, params, fields. {$ref:'name.id'} is a value of an earlier step.",
  operation: runSteps,
  scope: 'writes',
  arguments: z.strictObject({
    steps: z.array(z.record(z.string(), z.any())).describe("e.g. [{operation:'create',table:'a',record:{}}]"),
    idempotency_key: z.string().optional().describe('Done once'),
  }),
  onceKey: ({ idempotency_key }) => idempotency_key,
  toInput: ({ steps }) => ({
    // What a step holds is checked by the operation.
    steps: steps.map((step) => ({ ...step, operation: step.operation, table: step.table })),
    by_agent: true as const,
  }),
  output: z.object({ steps: z.array(z.unknown()) }),
  list: { key: 'steps', more: 'all were carried out' },
  toOutput: (steps) => ({ steps }),
})
