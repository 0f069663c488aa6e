import { expect } from 'vitest'
import type { House } from '../helpers/house.ts'

/** The shop for roles, on some engine. */
export type OpenCanaries = (roles: Readonly<Record<string, readonly object[]>>) => Promise<House>

const READS = ['GET']
export const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const paidOnly = [{ name: 'status', operator: '=', value: 'paid' }]

/** Held by hidden rows and fields: no role may see these. */
const SECRETS = [
  'canary-held',
  '777001',
  'CANARY-SKU',
  'Canary-Cid',
  '987654',
  'secret_salaries',
  'hidden_amount',
]
/** For roles that reach the table orders alone. */
const OTHER_TABLES = [...SECRETS, 'customers', 'order_items']
const OTHER_TABLES_AND_FIELDS = [...OTHER_TABLES, 'sku', 'region']

/** Everything a role is given, and what must then stand in no byte of any answer to it. */
export const ROLES = {
  'paid-reader': {
    rules: [{ component: '_table/orders/*', verbs: READS, filters: paidOnly }],
    canaries: OTHER_TABLES_AND_FIELDS,
  },
  'paid-writer': {
    rules: [{ component: '_table/orders/*', verbs: ALL, filters: paidOnly }],
    canaries: OTHER_TABLES_AND_FIELDS,
  },
  'either-filter': {
    rules: [
      {
        component: '_table/orders/*',
        verbs: ALL,
        filters: [...paidOnly, { name: 'id', operator: '=', value: 2 }],
        filter_op: 'OR',
      },
    ],
    canaries: OTHER_TABLES,
  },
  'all-but-secrets': {
    rules: [
      { component: '_table/*', verbs: READS },
      { component: '_table/secret_salaries/*', verbs: [] },
      { component: '_table/orders/*', verbs: READS, filters: paidOnly },
      {
        component: '_table/order_items/*',
        verbs: READS,
        filters: [{ name: 'quantity', operator: '<', value: 9 }],
      },
      {
        component: '_table/customers/*',
        verbs: READS,
        filters: [{ name: 'region', operator: 'not in', value: '(south)' }],
      },
    ],
    canaries: SECRETS,
  },
  'some-fields': {
    rules: [
      { component: '_table/orders/*', verbs: READS, fields: ['id', 'status'], filters: paidOnly },
      { component: '_table/customers/*', verbs: READS, fields: ['id'] },
    ],
    canaries: [...SECRETS, 'order_items', 'sku', 'region', 'placed_on', '10.5', '30.25', 'example.com'],
  },
  'some-fields-written': {
    rules: [{ component: '_table/orders/*', verbs: ALL, fields: ['id', 'placed_on'], filters: paidOnly }],
    canaries: [...OTHER_TABLES_AND_FIELDS, '10.5', '30.25'],
  },
} as const
export type RoleName = keyof typeof ROLES
export const NAMES = Object.keys(ROLES) as RoleName[]

/** Cursors, codes and what a link is sealed in spell any short word now and then. */
const RANDOM_SIGNS = /(?:(?:next_cursor|confirmation)[\\": ]+|\/export\/)[\w.-]{20,}/g

/** The answer to what was asked has none of these in any byte. */
export function expectSilent(text: string, canaries: readonly string[], asked: unknown): void {
  const told = text.replaceAll(RANDOM_SIGNS, '').toLowerCase()
  const found = canaries.filter((canary) => told.includes(canary.toLowerCase()))
  expect(found, `${JSON.stringify(asked)} answered ${text.slice(0, 600)}`).toEqual([])
}
