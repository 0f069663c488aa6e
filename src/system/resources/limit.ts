import { z } from 'zod'
import type { Json } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { VERBS } from '../../core/policy.ts'
import { flag, optionalText, reference, text, wholeNumber } from '../field-rules.ts'
import { defineSystemResource, type Given } from '../system-resource.ts'
import type { WriteContext } from '../write-context.ts'

export const PERIODS = ['minute', 'hour', 'day', '7-day', '30-day'] as const

/** What each type counts by (dreamfactory-rest §9.1); fields it does not use are emptied. */
const TYPES = {
  instance: [],
  'instance.user': ['user_id'],
  'instance.each_user': [],
  'instance.user.service': ['user_id', 'service_id'],
  'instance.each_user.service': ['service_id'],
  'instance.service': ['service_id'],
  'instance.service.endpoint': ['service_id', 'endpoint'],
  'instance.user.service.endpoint': ['user_id', 'service_id', 'endpoint'],
  'instance.each_user.service.endpoint': ['service_id', 'endpoint'],
  'instance.role': ['role_id'],
} as const
const COUNTED_BY = ['user_id', 'role_id', 'service_id', 'endpoint'] as const

const typeName = z.enum(Object.keys(TYPES).filter((name): name is keyof typeof TYPES => name in TYPES))

export const limit = defineSystemResource({
  name: 'limit',
  description: 'How many requests are allowed in a period.',
  columns: {
    name: { type: 'string', length: 64 },
    description: { type: 'string', length: 255, allowNull: true },
    type: { type: 'string', length: 64 },
    rate: { type: 'integer' },
    period: { type: 'string', length: 16 },
    user_id: { type: 'integer', allowNull: true },
    role_id: { type: 'integer', allowNull: true },
    service_id: { type: 'integer', allowNull: true },
    endpoint: { type: 'string', length: 255, allowNull: true },
    // Null: all.
    verb: { type: 'string', length: 8, allowNull: true },
    // What it counts, in one text.
    key_text: { type: 'string', length: 255 },
    is_active: { type: 'boolean', default: true },
    // Another number starts its counters over.
    reset_mark: { type: 'integer', default: 0 },
  },
  hidden: ['reset_mark'],
  unique: ['key_text'],
  belongsTo: { user_id: 'user', role_id: 'role', service_id: 'service' },
  nameField: undefined,
  accepts: {
    name: text(64),
    description: optionalText(255),
    type: typeName,
    rate: wholeNumber.pipe(
      z.int().min(1, { error: 'Limit rate must be an integer above 0. Limit not saved.' }),
    ),
    period: z.preprocess((value) => PERIODS[Number(value)] ?? value, z.enum(PERIODS)),
    user_id: reference,
    role_id: reference,
    service_id: reference,
    endpoint: optionalText(255),
    verb: z.preprocess(
      (value) => (typeof value === 'string' ? value.toUpperCase() : value),
      z.enum(VERBS, { error: 'Verb is invalid or not allowed.' }).nullable(),
    ),
    is_active: flag,
  },
  required: ['name', 'type', 'rate', 'period'],
  toColumns,
})

async function toColumns(given: Given, { stored, rows }: WriteContext): Promise<Given> {
  const whole = { ...stored, ...given }
  const type = typeName.parse(whole.type)
  const used: readonly string[] = TYPES[type]
  const missing = used.find((field) => whole[field] === undefined || whole[field] === null)
  if (missing) {
    const sentence = `${missing} must be specified with this limit type. Limit: ${String(whole.name)}`
    throw new AppError('bad_request', sentence, { context: { [missing]: [sentence] } })
  }
  const counted = Object.fromEntries(
    COUNTED_BY.map((field): [string, Json] => [field, used.includes(field) ? (whole[field] ?? null) : null]),
  )
  const key_text = keyText(type, { ...whole, ...counted })
  const alike = await rows('limit', { op: '=', field: 'key_text', value: key_text })
  if (alike.some(({ id }) => id !== stored?.id))
    throw new AppError('conflict', 'A limit already exists with those parameters. No records added.', {
      context: { type: ['A limit already exists with those parameters.'] },
    })
  return { ...given, ...counted, key_text }
}

/** `instance.user:5.service:2.verb:GET.minute` */
function keyText(type: string, { user_id, role_id, service_id, endpoint, verb, period }: Given): string {
  const parts: Readonly<Record<string, Json | undefined>> = {
    user: user_id,
    role: role_id,
    service: service_id,
    endpoint,
  }
  const counted = type
    .split('.')
    .map((part) =>
      typeof parts[part] === 'number' || typeof parts[part] === 'string' ? `${part}:${parts[part]}` : part,
    )
  return [...counted, ...(verb ? [`verb:${String(verb)}`] : []), String(period)].join('.')
}
