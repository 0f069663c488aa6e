import { z } from 'zod'
import type { CustomParameter } from '../../src/core/custom-tool.ts'

/** The argument that a parameter stands for, with its words. */
export function parameterSchema(parameter: CustomParameter): z.ZodType {
  const { description, required = true, default: otherwise } = parameter
  const type = typeOf(parameter)
  if (otherwise !== undefined) return type.default(otherwise).describe(description)
  return (required ? type : type.optional()).describe(description)
}

/** In characters, of a text whose parameter does not say. */
const LONGEST_TEXT = 4_000

/** Without what makes it optional: a default has to hold as well. */
export function typeOf({ type, values = [], minimum, maximum, max_length }: CustomParameter): z.ZodType {
  switch (type) {
    case 'string':
      return z.string().max(max_length ?? LONGEST_TEXT)
    case 'integer':
      return z
        .int()
        .min(minimum ?? Number.MIN_SAFE_INTEGER)
        .max(maximum ?? Number.MAX_SAFE_INTEGER)
    case 'number':
      return between(z.number(), minimum, maximum)
    case 'boolean':
      return z.boolean()
    case 'date':
      return z.iso.date()
    case 'enum':
      return z.enum(values)
  }
}

function between(type: z.ZodNumber, least: number | undefined, most: number | undefined): z.ZodNumber {
  const above = least === undefined ? type : type.min(least)
  return most === undefined ? above : above.max(most)
}

/** Some value that a parameter takes. */
export function sampleOf({ type, values, minimum, maximum, default: otherwise }: CustomParameter): unknown {
  switch (type) {
    case 'string':
      return otherwise ?? 'x'
    case 'integer':
    case 'number':
      return otherwise ?? minimum ?? Math.min(1, maximum ?? 1)
    case 'boolean':
      return true
    case 'date':
      return '2026-01-01'
    case 'enum':
      return values?.[0]
  }
}
