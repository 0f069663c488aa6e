import { z } from 'zod'
import { CONFIRM, CONFIRM_WORDS } from '../core/confirm.ts'
import { declaredTool } from '../core/custom-tool.ts'
import { AppError } from '../core/errors.ts'
import { moment } from '../core/moment.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { VERBS } from '../core/policy.ts'
import { ruleFields } from '../core/rule-fields.ts'
import { ruleLimits } from '../core/rule-limits.ts'
import { filterFromRules } from '../filter/from-rule.ts'

const name = z.string().min(1, 'must not be empty').max(64, 'must have at most 64 characters')
const description = z.string().max(255, 'must have at most 255 characters').optional()
const isActive = z.boolean().optional()

const filter = z
  .strictObject({
    name: z.string().min(1, 'must not be empty'),
    operator: z.string(),
    value: z
      .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))])
      .optional(),
  })
  .superRefine(({ value, ...rule }, context) => {
    try {
      filterFromRules([value === undefined ? rule : { ...rule, value }], 'AND')
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      context.addIssue({
        code: 'custom',
        message: `cannot be used: ${error.message} ${error.hint ?? ''}`.trim(),
      })
    }
  })

/** What components of a database service begin with; empty is the service itself. */
const GROUPS = ['', '_table', '_schema', '_proc', '_func', '_spec', '_delete_all']
/** Services with resources of their own. */
const OTHER_SERVICES: ReadonlySet<string> = new Set(['system', 'user'])

const access = z
  .strictObject({
    // A name, or `*` (or null) for all services.
    service: z.string().min(1, 'must not be empty').nullable(),
    component: z
      .string()
      .max(255, 'must have at most 255 characters')
      .regex(/^[^*]*\*?$/, 'may have a star only at its end, such as _table/* or _table/orders/*'),
    verbs: z.array(z.enum(VERBS, `must be one of ${VERBS.join(', ')}`)).optional(),
    verb_mask: z
      .int('must be a whole number')
      .min(0, 'must be from 0 to 31')
      .max(31, 'must be from 0 to 31')
      .optional(),
    requestor_mask: z
      .int()
      .refine(
        (mask) => mask === 1 || mask === 3,
        'must be 1 (API) or 3 (API and scripts): other rules would do nothing here',
      )
      .default(1),
    filters: z.array(filter).default([]),
    filter_op: z
      .string()
      .toUpperCase()
      .pipe(z.enum(['AND', 'OR'], 'must be AND or OR'))
      .default('AND'),
    fields: ruleFields.optional(),
    limits: ruleLimits.optional(),
    confirm: z.string().regex(CONFIRM, `must be ${CONFIRM_WORDS}`).optional(),
  })
  .superRefine(({ service, component }, context) => {
    const [root = ''] = component.split('/')
    if (OTHER_SERVICES.has(service ?? '') || GROUPS.includes(root.replace(/\*$/, '')) || component === '*')
      return
    const near = nearest(root.replaceAll(/[^\w]/g, ''), GROUPS.slice(1))
    context.addIssue({
      code: 'custom',
      path: ['component'],
      message: `begins with '${root.slice(0, 50)}', which no service has: ${didYouMean(near) || `it begins with ${GROUPS.slice(1).join(', ')}, or is *`}`,
    })
  })
  .refine(({ verbs, verb_mask }) => (verbs === undefined) !== (verb_mask === undefined), {
    message: 'needs either verbs or verb_mask, not both; an empty list denies',
  })

/** Asymmetric ones: whoever can check a signature must not be able to make it. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'EdDSA'] as const

const providerAddress = z
  .string()
  .refine(isSecureAddress, 'must be an address with https:// (or http:// and a loopback name)')

const identityProvider = z.strictObject({
  issuer: providerAddress,
  jwks_uri: providerAddress.optional(),
  audience: z.array(z.string().min(1, 'must not be empty')).default([]),
  algorithms: z
    .array(z.enum(ALGORITHMS, `must be one of ${ALGORITHMS.join(', ')}`))
    .min(1, 'must not be empty')
    .default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  role_claim: z.string().min(1, 'must not be empty').default('roles'),
  roles: z
    .array(z.strictObject({ value: z.string().min(1, 'must not be empty'), role: z.string() }))
    .min(1, 'must not be empty'),
  scopes: z.enum(['required', 'ignored'], 'must be required or ignored').default('required'),
  lookups: z.record(z.string(), z.string()).default({}),
})

const oauthClient = z.strictObject({
  client_id: z
    .string()
    .regex(/^[\w.-]{1,100}$/, 'must be 1 to 100 letters, digits, dots, dashes and underscores'),
  client_name: z.string().max(80, 'must have at most 80 characters').optional(),
  redirect_uris: z
    .array(z.string().refine((uri) => URL.canParse(uri), 'must be an address'))
    .min(1, 'must not be empty'),
  client_secret: z.string().min(32, 'must have at least 32 characters').optional(),
})

function isSecureAddress(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback)
}

const API_KEY = /^[A-Za-z0-9_-]{32,256}$/

/** The whole file. Every object is strict. */
export const fileSchema = z.strictObject({
  services: z
    .array(
      z.strictObject({
        name,
        type: z.string(),
        label: z.string().max(80, 'must have at most 80 characters').optional(),
        description,
        is_active: isActive,
        config: z.record(z.string(), z.json()).default({}),
      }),
    )
    .default([]),
  roles: z
    .array(z.strictObject({ name, description, is_active: isActive, access: z.array(access) }))
    .default([]),
  apps: z
    .array(
      z.strictObject({
        name,
        description,
        is_active: isActive,
        role: z.string(),
        expires_date: moment.optional(),
        api_key: z
          .string()
          .regex(
            API_KEY,
            'must be 32 to 256 letters, digits, dashes and underscores; openssl rand -hex 32 makes one',
          )
          .optional(),
      }),
    )
    .default([]),
  tools: z.array(declaredTool).default([]),
  identity_providers: z.array(identityProvider).default([]),
  oauth_clients: z.array(oauthClient).default([]),
})

export type FileContents = z.output<typeof fileSchema>
