import { z } from 'zod'
import { customParameters } from '../core/custom-tool.ts'
import type { Row } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'
import { VERB_BIT, VERBS } from '../core/policy.ts'
import { ruleFields } from '../core/rule-fields.ts'
import { limitsFromWire, ruleLimits } from '../core/rule-limits.ts'
import { PERIODS } from './resources/limit.ts'

/** Rows as the system database gives them. Throws `internal` for one that this program does not write. */
export function readRows<T>(schema: z.ZodType<T>, rows: readonly Row[]): T[] {
  const parsed = z.array(schema).safeParse(rows)
  if (parsed.success) return parsed.data
  throw new AppError('internal', 'The system database holds a record that this program did not write.', {
    cause: parsed.error,
  })
}

const absent = <T extends z.ZodType>(type: T) => type.nullable().transform((value) => value ?? undefined)

function plainDate(date: string | undefined): string | undefined {
  return date?.replace('T', ' ').slice(0, 19)
}

/** Since 1970, of a date in UTC. */
function msOf(date: string | undefined): number | undefined {
  return date === undefined ? undefined : Date.parse(`${date.slice(0, 19).replace(' ', 'T')}Z`)
}

export const serviceRow = z
  .object({
    id: z.int(),
    name: z.string(),
    label: z.string(),
    description: absent(z.string()),
    is_active: z.boolean(),
    type: z.string(),
    mutable: z.boolean(),
    deletable: z.boolean(),
    config: z.record(z.string(), z.json()).nullable(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    label: row.label,
    description: row.description,
    isActive: row.is_active,
    type: row.type,
    mutable: row.mutable,
    deletable: row.deletable,
    config: row.config ?? {},
  }))

export const roleRow = z
  .object({
    id: z.int(),
    name: z.string(),
    description: absent(z.string()),
    is_active: z.boolean(),
    session_epoch: z.int(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    isActive: row.is_active,
    sessionEpoch: row.session_epoch,
  }))

const ruleFilter = z.object({
  name: z.string(),
  operator: z.string(),
  value: z
    .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))])
    .optional(),
})

export const ruleRow = z
  .object({
    id: z.int(),
    role_id: z.int(),
    service_id: z.int().nullable(),
    component: z.string().nullable(),
    verb_mask: z.int(),
    requestor_mask: z.int(),
    filters: z.array(ruleFilter).nullable(),
    filter_op: z.string(),
    fields: ruleFields.nullable(),
    limits: ruleLimits.nullable(),
    confirm: z.string().nullable(),
  })
  .transform((row) => ({
    id: row.id,
    roleId: row.role_id,
    serviceId: row.service_id,
    component: row.component ?? '',
    verbMask: row.verb_mask,
    requestorMask: row.requestor_mask,
    filters: row.filters ?? [],
    // Anything but OR is AND, the narrower one.
    filterOp: row.filter_op.toUpperCase() === 'OR' ? ('OR' as const) : ('AND' as const),
    ...(row.fields && { fields: row.fields }),
    ...(row.limits && { limits: limitsFromWire(row.limits) }),
    ...(row.confirm !== null && { confirm: row.confirm }),
  }))

export const appRow = z
  .object({
    id: z.int(),
    name: z.string(),
    description: absent(z.string()),
    is_active: z.boolean(),
    api_key: absent(z.string()),
    api_key_hash: z.string(),
    role_id: absent(z.int()),
    type: z.int(),
    url: absent(z.string()),
    requires_fullscreen: z.boolean(),
    allow_fullscreen_toggle: z.boolean(),
    toggle_location: z.string(),
    expires_date: absent(z.string()),
    previous_ends_date: absent(z.string()),
    previous_key_hash: absent(z.string()),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    isActive: row.is_active,
    expiresDate: plainDate(row.expires_date),
    expiresAt: msOf(row.expires_date),
    previousKeyHash: row.previous_key_hash,
    previousEndsAt: msOf(row.previous_ends_date),
    keyHash: row.api_key_hash,
    encryptedKey: row.api_key,
    roleId: row.role_id,
    type: row.type,
    url: row.url,
    requiresFullscreen: row.requires_fullscreen,
    allowFullscreenToggle: row.allow_fullscreen_toggle,
    toggleLocation: row.toggle_location,
  }))

export const lookupRow = z
  .object({
    id: z.int(),
    role_id: absent(z.int()),
    app_id: absent(z.int()),
    user_id: absent(z.int()),
    name: z.string(),
    value: absent(z.string()),
    private: z.boolean(),
    description: absent(z.string()),
  })
  .transform((row) => ({
    id: row.id,
    roleId: row.role_id,
    appId: row.app_id,
    userId: row.user_id,
    name: row.name,
    value: row.value,
    isPrivate: row.private,
    description: row.description,
  }))

export const userRoleRow = z
  .object({ id: z.int(), user_id: z.int(), app_id: z.int(), role_id: z.int() })
  .transform((row) => ({ id: row.id, userId: row.user_id, appId: row.app_id, roleId: row.role_id }))

/** Names with commas between them. */
const names = absent(z.string()).transform((text) =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== ''),
)

export const corsRow = z
  .object({
    id: z.int(),
    path: z.string(),
    origin: names,
    header: names,
    exposed_header: names,
    method: z.int(),
    max_age: z.int(),
    supports_credentials: z.boolean(),
    enabled: z.boolean(),
  })
  .transform((row) => ({
    id: row.id,
    path: row.path,
    origins: row.origin.map((origin) => origin.toLowerCase()),
    headers: row.header,
    exposedHeaders: row.exposed_header,
    methods: VERBS.filter((verb) => (row.method & VERB_BIT[verb]) !== 0),
    maxAgeSeconds: row.max_age,
    hasCredentials: row.supports_credentials,
    isEnabled: row.enabled,
  }))

export const limitRow = z
  .object({
    id: z.int(),
    name: z.string(),
    type: z.string(),
    rate: z.int(),
    period: z.enum(PERIODS),
    user_id: absent(z.int()),
    role_id: absent(z.int()),
    service_id: absent(z.int()),
    endpoint: absent(z.string()),
    verb: absent(z.enum(VERBS)),
    key_text: z.string(),
    is_active: z.boolean(),
    reset_mark: z.int(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    type: row.type,
    rate: row.rate,
    period: row.period,
    userId: row.user_id,
    isEachUser: row.type.split('.').includes('each_user'),
    roleId: row.role_id,
    serviceId: row.service_id,
    endpoint: row.endpoint,
    verb: row.verb,
    keyText: row.key_text,
    isActive: row.is_active,
    resetMark: row.reset_mark,
  }))

export const toolRow = z
  .object({
    id: z.int(),
    name: z.string(),
    service_id: z.int(),
    description: z.string(),
    operation: z.string(),
    parameters: customParameters.nullable(),
    arguments: z.record(z.string(), z.json()).nullable(),
    is_active: z.boolean(),
  })
  .transform((row) => ({
    id: row.id,
    name: row.name,
    serviceId: row.service_id,
    description: row.description,
    operation: row.operation,
    parameters: row.parameters ?? [],
    arguments: row.arguments ?? {},
    isActive: row.is_active,
  }))

export const userRow = z
  .object({
    id: z.int(),
    created_by_id: absent(z.int()),
    name: z.string(),
    username: z.string(),
    first_name: absent(z.string()),
    last_name: absent(z.string()),
    email: z.string(),
    is_active: z.boolean(),
    is_sys_admin: z.boolean(),
    password: absent(z.string()),
    last_login_date: absent(z.string()),
    session_epoch: z.int(),
    email_proven: z.boolean(),
    confirm_expires_date: absent(z.string()),
    default_app_id: absent(z.int()),
    security_question: absent(z.string()),
    security_answer: absent(z.string()),
  })
  .transform((row) => ({
    id: row.id,
    createdById: row.created_by_id,
    name: row.name,
    username: row.username,
    firstName: row.first_name,
    lastName: row.last_name,
    email: row.email,
    isActive: row.is_active,
    isAdmin: row.is_sys_admin,
    passwordHash: row.password,
    lastLoginDate: row.last_login_date,
    sessionEpoch: row.session_epoch,
    isEmailProven: row.email_proven,
    confirmExpiresDate: row.confirm_expires_date,
    defaultAppId: row.default_app_id,
    securityQuestion: row.security_question,
    securityAnswerHash: row.security_answer,
  }))
