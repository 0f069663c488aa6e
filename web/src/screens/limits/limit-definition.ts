import { Gauge } from 'lucide-react'
import * as z from 'zod'
import type { AnyRecord } from '../../api/wire.ts'
import type { FormValues } from '../../records/form-field.ts'
import type { RecordDefinition } from '../../records/record-definition.ts'

/** What each type counts together; its name tells which fields it needs. */
const TYPES = [
  { value: 'instance', label: 'All requests' },
  { value: 'instance.each_user', label: 'Each user or key' },
  { value: 'instance.user', label: 'One user' },
  { value: 'instance.role', label: 'All callers in a role' },
  { value: 'instance.service', label: 'All requests to a service' },
  { value: 'instance.each_user.service', label: 'Each user or key, to a service' },
  { value: 'instance.user.service', label: 'One user, to a service' },
  { value: 'instance.service.endpoint', label: 'All requests to an endpoint' },
  { value: 'instance.each_user.service.endpoint', label: 'Each user or key, to an endpoint' },
  { value: 'instance.user.service.endpoint', label: 'One user, to an endpoint' },
] as const

const PERIODS = ['minute', 'hour', 'day', '7-day', '30-day'].map((value) => ({ value, label: value }))
const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((verb) => ({ value: verb, label: verb }))

const counts = z.array(z.object({ attempts: z.number(), max: z.number() }))

export const LIMITS: RecordDefinition = {
  resource: 'limit',
  title: 'Limits',
  lead: 'How many requests are allowed in a period. A request too many is refused with 429, over REST and MCP alike.',
  icon: Gauge,
  one: 'limit',
  query: { related: 'limit_cache_by_limit_id', order: 'name' },
  columns: [
    { field: 'name', label: 'Name' },
    {
      field: 'type',
      label: 'Counts',
      show: ({ type }) => TYPES.find(({ value }) => value === type)?.label ?? String(type),
    },
    {
      field: 'rate',
      label: 'Allowed',
      show: ({ rate, period }) => `${Number(rate).toLocaleString('en')} in a ${String(period)}`,
    },
    { field: 'used', label: 'Used', show: usedOf },
    { field: 'is_active', label: 'Active' },
  ],
  fields: [
    { kind: 'text', name: 'name', label: 'Name', isRequired: true },
    {
      kind: 'choice',
      name: 'type',
      label: 'Counts',
      choices: TYPES,
      isRequired: true,
      initial: 'instance.each_user',
    },
    {
      kind: 'reference',
      name: 'user_id',
      label: 'User',
      resource: 'user',
      isRequired: true,
      isShown: needs('user'),
    },
    {
      kind: 'reference',
      name: 'role_id',
      label: 'Role',
      resource: 'role',
      isRequired: true,
      isShown: needs('role'),
    },
    {
      kind: 'reference',
      name: 'service_id',
      label: 'Service',
      resource: 'service',
      isRequired: true,
      isShown: needs('service'),
    },
    {
      kind: 'text',
      name: 'endpoint',
      label: 'Endpoint',
      isRequired: true,
      placeholder: '_table/orders/*',
      description: 'As components of roles: _table/orders is the table, _table/orders/* its records too.',
      isShown: needs('endpoint'),
    },
    { kind: 'number', name: 'rate', label: 'Requests', isRequired: true, minimum: 1, initial: 1000 },
    { kind: 'choice', name: 'period', label: 'In a', choices: PERIODS, isRequired: true, initial: 'minute' },
    {
      kind: 'choice',
      name: 'verb',
      label: 'Only the verb',
      choices: VERBS,
      description: 'Empty: all verbs.',
    },
    { kind: 'switch', name: 'is_active', label: 'Active', initial: true },
    { kind: 'text', name: 'description', label: 'Description' },
  ],
  toWire: ({ used: _, ...values }) => values,
  emptyText: 'Add one so that a single agent or program cannot use up the databases behind this server.',
  deleteText: ({ name }) => `Requests that ${String(name)} would refuse are answered from then on.`,
}

/** Shown where the type names it as a part: `instance.user.service`. */
function needs(part: string) {
  return ({ type }: FormValues): boolean => String(type).split('.').includes(part)
}

/** Of the fullest counter. */
function usedOf({ limit_cache_by_limit_id: counters }: AnyRecord): string {
  const known = counts.safeParse(counters)
  const [fullest] = known.success ? known.data.toSorted((one, other) => other.attempts - one.attempts) : []
  return fullest ? `${fullest.attempts.toLocaleString('en')} of ${fullest.max.toLocaleString('en')}` : '–'
}
