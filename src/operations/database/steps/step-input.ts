import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { consentInput } from '../consent/consent.ts'
import { fieldList, filterInput, orderText, tableName } from '../inputs.ts'

export const STEP_OPERATIONS = ['create', 'update', 'delete', 'get', 'list'] as const
export type StepOperation = (typeof STEP_OPERATIONS)[number]

const MOST_STEPS = 100
/** Of all steps together. */
const MOST_RECORDS = 10_000

const STEP_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/

/** May hold references, so what is in it is looked at when its step comes. */
const value = z.unknown()

/** One step. What is not checked here is by the operation that it becomes. */
const stepInput = z.strictObject({
  name: z
    .string()
    .regex(STEP_NAME, 'A letter or _, then letters, digits, _ and -, at most 64.')
    .optional()
    .describe('For references of later steps.'),
  operation: z.enum(STEP_OPERATIONS),
  table: tableName,
  id: value.optional().describe('The key of one record; a composite key as text, a,b.'),
  ids: value.optional().describe('Keys of records.'),
  record: value.optional().describe('One record.'),
  records: value.optional().describe('A list of records.'),
  filter: filterInput.filter.describe('Which records; references go into params.'),
  params: value.optional().describe('Values of :name in the filter.'),
  fields: fieldList
    .optional()
    .describe('What the step answers; by default keys, for get and list everything.'),
  related: fieldList.optional(),
  order: orderText.optional(),
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
  allow_related_delete: z.boolean().optional(),
  confirmation: z.string().optional().describe('The code of an answer that asked for it.'),
})
export type Step = z.infer<typeof stepInput>

export const stepsInput = z.strictObject({
  steps: z
    .custom<unknown[]>((list) => Array.isArray(list), 'Must be a list.')
    .refine((list) => list.length > 0, 'There is nothing to do: give at least one step.')
    .refine((list) => list.length <= MOST_STEPS, `At most ${MOST_STEPS} steps in one request.`)
    .pipe(z.array(stepInput))
    .refine((steps) => recordsIn(steps) <= MOST_RECORDS, `At most ${MOST_RECORDS} records in one request.`),
  ...consentInput,
})

/** What each operation takes besides its table. */
const TAKES: Record<StepOperation, readonly (keyof Step)[]> = {
  create: ['record', 'records', 'fields', 'related', 'confirmation'],
  update: [
    'id',
    'ids',
    'filter',
    'params',
    'record',
    'records',
    'fields',
    'related',
    'allow_related_delete',
    'confirmation',
  ],
  delete: ['id', 'ids', 'filter', 'params', 'records', 'fields', 'related', 'confirmation'],
  get: ['id', 'fields', 'related'],
  list: ['filter', 'params', 'fields', 'related', 'order', 'limit', 'offset'],
}

/** Throws `bad_request` for what the step's operation does not take, and for a name that is taken. */
export function requireFitting(step: Step, taken: ReadonlySet<string>): void {
  const { operation, name } = step
  const known: readonly string[] = ['name', 'operation', 'table', ...TAKES[operation]]
  const wrong = Object.keys(step).find((key) => !known.includes(key))
  if (wrong !== undefined)
    throw new AppError('bad_request', `'${wrong}' has no meaning for ${operation}.`, {
      hint: `${operation} takes ${TAKES[operation].join(', ')}.`,
    })
  if (step.record !== undefined && step.records !== undefined)
    throw new AppError('bad_request', 'Give either record or records, not both.')
  if (name !== undefined && taken.has(name.toLowerCase()))
    throw new AppError('bad_request', `Another step is named '${name}' already.`)
}

function recordsIn(steps: readonly Step[]): number {
  const length = (list: unknown) => (Array.isArray(list) ? list.length : 1)
  return steps.reduce((sum, { records, ids }) => sum + length(records) + length(ids) - 1, 0)
}
