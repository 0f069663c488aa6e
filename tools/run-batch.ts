import { z } from 'zod'
import { defineTool } from '../src/core/tool.ts'
import { runSteps } from '../src/operations/database/steps/run-steps.ts'
import { confirmation, dryRun } from './arguments.ts'

export const runBatch = defineTool({
  name: 'run_batch',
  title: 'Run steps',
  description:
    "Steps on tables, all or none: {operation: create, update, delete, get or list, table, name, record(s), id(s), filter, params, fields}. {$ref:'name.id'} is a value of an earlier step.",
  operation: runSteps,
  scope: 'writes',
  arguments: z.strictObject({
    steps: z.array(z.record(z.string(), z.any())).describe('In order'),
    dry_run: dryRun,
    confirmation,
    idempotency_key: z.string().optional().describe('Done once'),
  }),
  onceKey: ({ idempotency_key, dry_run }) => (dry_run ? undefined : idempotency_key),
  toInput: ({ steps, idempotency_key: _, ...rest }) => ({
    ...rest,
    // What a step holds is checked by the operation.
    steps: steps.map((step) => ({ ...step, operation: step.operation, table: step.table })),
    by_agent: true as const,
  }),
  output: z.object({
    dry_run: z.boolean().optional(),
    affected: z.int().optional(),
    confirmation: z.string().optional(),
    steps: z.array(z.unknown()),
  }),
  list: { key: 'steps', more: 'all were carried out' },
  toOutput: ({ steps, preview }) => (preview ? { dry_run: true, ...preview, steps } : { steps }),
})
