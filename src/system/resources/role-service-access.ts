import { z } from 'zod'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { ruleFields } from '../../core/rule-fields.ts'
import { limitsFromWire, limitsToWire, ruleLimits } from '../../core/rule-limits.ts'
import { invalidRecord } from '../crud/problems.ts'
import { reference, ruleComponent, ruleConfirm, wholeNumber } from '../field-rules.ts'
import { defineSystemResource } from '../system-resource.ts'
import type { WriteTools } from '../write-context.ts'

const filter = z.strictObject({
  name: z.string().min(1),
  operator: z.string().min(1),
  value: z
    .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))])
    .optional(),
})

const filters = z.array(filter).nullable()

/** dreamfactory-rest §3.1: GET 1 … CONNECT 512; bits above DELETE mean nothing here. */
const MOST_VERBS = 1023
/** API 1, SCRIPT 2. */
const MOST_REQUESTORS = 3

export const roleServiceAccess = defineSystemResource({
  name: 'role_service_access',
  description: 'A rule of a role: verbs on a component of a service, for rows that pass the filters.',
  columns: {
    role_id: { type: 'integer' },
    // Null: all services.
    service_id: { type: 'integer', allowNull: true },
    component: { type: 'string', length: 255, allowNull: true },
    verb_mask: { type: 'integer', default: 0 },
    requestor_mask: { type: 'integer', default: 0 },
    filters: { type: 'json', allowNull: true },
    filter_op: { type: 'string', length: 3, default: 'AND' },
    fields: { type: 'json', allowNull: true },
    limits: { type: 'json', allowNull: true },
    confirm: { type: 'string', length: 20, allowNull: true },
  },
  belongsTo: { role_id: 'role', service_id: 'service' },
  component: 'role',
  hasAddress: false,
  isJunction: true,
  opaque: ['filters', 'fields', 'limits'],
  // Clients of the original know none of them.
  quiet: ['fields', 'limits', 'confirm'],
  accepts: {
    role_id: wholeNumber,
    service_id: reference,
    component: ruleComponent,
    verb_mask: wholeNumber.pipe(z.int().min(0).max(MOST_VERBS)),
    requestor_mask: wholeNumber.pipe(z.int().min(0).max(MOST_REQUESTORS)),
    filters: filters.transform(
      (list): Json =>
        list?.map(({ value, ...rest }) => ({ ...rest, ...(value !== undefined && { value }) })) ?? null,
    ),
    filter_op: z.preprocess(
      (value) => (typeof value === 'string' ? value.toUpperCase() : value),
      z.enum(['AND', 'OR']),
    ),
    fields: ruleFields.nullable(),
    limits: ruleLimits
      .nullable()
      .transform((limits): Json => limits && { ...limitsToWire(limitsFromWire(limits)) }),
    confirm: ruleConfirm.nullable(),
  },
  toColumns(given, { tools }) {
    if (given.filters !== undefined) requireSense(given.filters, tools)
    return given
  },
})

/** A filter that makes no sense would deny everything later on. */
function requireSense(given: Json, { checkFilters }: WriteTools): void {
  try {
    checkFilters(filters.parse(given) ?? [])
  } catch (error) {
    if (error instanceof AppError) throw invalidRecord({ filters: [error.message] })
    throw error
  }
}
