import { z } from 'zod'
import { CONFIRM, CONFIRM_WORDS } from '../core/confirm.ts'
import type { Json } from '../core/database/value.ts'

/** Rules for fields of system records: what a write may bring. Types are as lenient as the wire always was. */

const BOOLEANS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [1, true],
  [0, false],
  ...['true', '1', 'yes', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'off'].map((word) => [word, false] as const),
])

export const flag = z.preprocess(
  (value) => BOOLEANS.get(typeof value === 'string' ? value.toLowerCase() : value) ?? value,
  z.boolean(),
)

export const wholeNumber = z.preprocess(
  (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
  z.int(),
)

/** The `id` of a record of another kind; null: none. */
export const reference = wholeNumber.nullable()

/** Text that says something, without spaces around it. */
export const text = (most: number) => z.string().trim().min(1).max(most)

/** Text that may be missing. */
export const optionalText = (most: number) => z.string().max(most).nullable()

/** Of an account. */
export const username = text(255).regex(/^\S{6,}$/, {
  error: 'The username field must be at least 6 characters, without spaces.',
})

/** What a rule of a role is about. A star elsewhere would stand for itself: a rule that denies would deny nothing. */
export const ruleComponent = z
  .string()
  .max(255)
  .regex(/^[^*]*\*?$/, 'may have a star only at its end, such as _table/* or _table/orders/*')
  .nullable()

export const ruleConfirm = z.string().regex(CONFIRM, `must be ${CONFIRM_WORDS}`)

export const json: z.ZodType<Json> = z.json()
