import * as z from 'zod'

/** Verb bits of a rule, with what each lets somebody do. */
export const VERBS = [
  { verb: 'GET', bit: 1, word: 'Read' },
  { verb: 'POST', bit: 2, word: 'Add' },
  { verb: 'PATCH', bit: 8, word: 'Change' },
  { verb: 'PUT', bit: 4, word: 'Replace' },
  { verb: 'DELETE', bit: 16, word: 'Delete' },
] as const

const filter = z.object({ name: z.string(), operator: z.string(), value: z.unknown() })

const limits = z.object({
  max_rows: z.number().optional(),
  max_affected_rows: z.number().optional(),
  timeout_ms: z.number().optional(),
})

const rule = z.object({
  id: z.number(),
  service_id: z.number().nullable(),
  component: z
    .string()
    .nullable()
    .transform((text) => text ?? ''),
  verb_mask: z.number(),
  requestor_mask: z.number(),
  filters: z
    .array(filter)
    .nullable()
    .transform((list) => list ?? []),
  filter_op: z.string(),
  fields: z.array(z.string()).nullish(),
  limits: limits.nullish(),
})

/** A role with its rules, as the API gives it. */
export const storedRole = z.object({
  id: z.number(),
  name: z.string(),
  description: z.string().nullable(),
  is_active: z.boolean(),
  role_service_access_by_role_id: z.array(rule),
})
export type StoredRole = z.infer<typeof storedRole>

export type RowFilter = z.infer<typeof filter>
export type RowLimits = z.infer<typeof limits>

/** One line of the matrix; without `id` it is not stored yet. */
export interface RuleDraft {
  /** Of this page: stays the same while the rule is edited. */
  readonly key: string
  readonly id?: number
  /** Null: all services. */
  readonly serviceId: number | null
  readonly component: string
  readonly verbMask: number
  readonly requestorMask: number
  readonly filters: readonly RowFilter[]
  readonly filterOp: string
  /** Columns it is about; none named: all. */
  readonly fields: readonly string[]
  readonly limits: RowLimits
}

export interface RoleDraft {
  readonly name: string
  readonly description: string
  readonly isActive: boolean
  readonly rules: readonly RuleDraft[]
}

export const NEW_ROLE: RoleDraft = { name: '', description: '', isActive: true, rules: [] }

export function draftOf(role: StoredRole): RoleDraft {
  return {
    name: role.name,
    description: role.description ?? '',
    isActive: role.is_active,
    rules: role.role_service_access_by_role_id.map((one) => ({
      key: `stored ${one.id}`,
      id: one.id,
      serviceId: one.service_id,
      component: one.component,
      verbMask: one.verb_mask,
      requestorMask: one.requestor_mask,
      filters: one.filters,
      filterOp: one.filter_op,
      fields: one.fields ?? [],
      limits: one.limits ?? {},
    })),
  }
}

export function newRule(serviceId: number | null, component: string, verbMask: number): RuleDraft {
  const key = `new ${crypto.randomUUID()}`
  return {
    key,
    serviceId,
    component,
    verbMask,
    requestorMask: 1,
    filters: [],
    filterOp: 'AND',
    fields: [],
    limits: {},
  }
}

/** As the API takes a rule. */
export function ruleToWire(draft: RuleDraft): Readonly<Record<string, unknown>> {
  return {
    ...(draft.id !== undefined && { id: draft.id }),
    service_id: draft.serviceId,
    component: draft.component,
    verb_mask: draft.verbMask,
    requestor_mask: draft.requestorMask,
    filters: draft.filters,
    filter_op: draft.filterOp,
    fields: draft.fields.length > 0 ? draft.fields : null,
    limits: Object.keys(draft.limits).length > 0 ? draft.limits : null,
  }
}

/** The role as it is written; rules of `before` that are gone are taken out. */
export function roleToWire(draft: RoleDraft, before?: RoleDraft): Readonly<Record<string, unknown>> {
  const gone = (before?.rules ?? []).filter(({ id }) => !draft.rules.some((one) => one.id === id))
  return {
    name: draft.name.trim(),
    description: draft.description.trim() || null,
    is_active: draft.isActive,
    role_service_access_by_role_id: [
      ...draft.rules.map(ruleToWire),
      ...gone.map(({ id }) => ({ id, role_id: null })),
    ],
  }
}
