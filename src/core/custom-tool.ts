import { z } from 'zod'

const name = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, { error: 'must be letters, digits and underscores, 64 at most' })
const scalar = z.union([z.string().max(4_000), z.number(), z.boolean()])

const PARAMETER_TYPES = ['string', 'integer', 'number', 'boolean', 'date', 'enum'] as const

/** One argument of a tool that an administrator declares, as it is on the wire. */
const customParameter = z.strictObject({
  name,
  type: z.enum(PARAMETER_TYPES),
  description: z.string().trim().min(1).max(500),
  /** False: it may be left out. */
  required: z.boolean().optional(),
  /** Makes it one that may be left out. */
  default: scalar.optional(),
  /** Of an `enum`: all it may be. */
  values: z.array(z.string().min(1).max(200)).min(1).max(100).optional(),
  /** Of an `integer` or a `number`. */
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  /** Of a `string`, in characters. */
  max_length: z.int().min(1).max(65_535).optional(),
})
export type CustomParameter = z.output<typeof customParameter>

const MOST_PARAMETERS = 50

export const customParameters = z.array(customParameter).max(MOST_PARAMETERS)

export const customToolName = z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/, {
  error: 'must begin with a letter and have letters, digits, _ and - alone, 64 at most',
})

/** As files have it. */
export const declaredTool = z.strictObject({
  name: customToolName,
  /** By name. */
  service: z.string().min(1).max(64),
  description: z.string().trim().min(1).max(1_000),
  operation: z.string().min(1).max(64),
  parameters: customParameters.default([]),
  arguments: z.record(z.string(), z.json()),
  is_active: z.boolean().optional(),
})

/** A tool that an administrator declares: another tool with its arguments filled in. */
export interface CustomTool {
  readonly name: string
  readonly description: string
  /** Name of the tool it stands on: `get_table_data`. */
  readonly operation: string
  readonly parameters: readonly CustomParameter[]
  /** Arguments of that tool, with `{parameter}` where a value goes. */
  readonly arguments: Readonly<Record<string, unknown>>
}
