import { z } from 'zod'
import { AppError } from '../../../core/errors.ts'
import { ruleFields } from '../../../core/rule-fields.ts'
import { ruleLimits } from '../../../core/rule-limits.ts'

const ruleFilter = z.strictObject({
  name: z.string().min(1),
  operator: z.string().min(1),
  value: z
    .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))])
    .optional(),
})

/** As `role_service_access` has it; what it has besides does not matter here. */
const rule = z.object({
  service_id: z.int().nullable().default(null),
  component: z.string().max(255).nullable().default(''),
  verb_mask: z.int().min(0).max(1023),
  requestor_mask: z.int().min(0).max(3).default(1),
  filters: z.array(ruleFilter).nullable().optional(),
  filter_op: z
    .string()
    .toUpperCase()
    .pipe(z.enum(['AND', 'OR']))
    .default('AND'),
  fields: ruleFields.nullable().optional(),
  limits: ruleLimits.nullable().optional(),
  confirm: z.string().nullable().optional(),
})
export type DraftRule = z.infer<typeof rule>

/** A stored role, or rules that nobody has stored. */
const state = z
  .strictObject({
    role: z.union([z.int(), z.string().min(1)]).optional(),
    rules: z.array(rule).max(1_000).optional(),
    is_active: z.boolean().optional(),
  })
  .refine(({ role, rules }) => (role === undefined) !== (rules === undefined), 'Give either role or rules.')
  .refine(({ role, is_active: isActive }) => role === undefined || isActive === undefined, {
    path: ['is_active'],
    error: 'This goes with rules alone.',
  })
export type RoleState = z.infer<typeof state>

const input = z.strictObject({
  of: state,
  compare_with: state.optional(),
  /** One service; left out: all that either reaches. */
  service: z.string().min(1).optional(),
  count_rows: z.boolean().default(true),
})
export type PreviewInput = z.infer<typeof input>

/** The body of a preview. Throws `bad_request` that names what is wrong. */
export function previewInput(body: unknown): PreviewInput {
  const parsed = input.safeParse(body)
  if (parsed.success) return parsed.data
  const issues = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
  throw new AppError('bad_request', `This cannot be previewed. ${issues.join('; ')}`, {
    hint: 'Send {"of": {"role": "reader"}} or {"of": {"rules": […]}}, and "compare_with" in the same form.',
  })
}
