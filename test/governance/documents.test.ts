import { afterAll, beforeAll, expect, test } from 'vitest'
import { type House, keyOf, openHouse } from '../helpers/house.ts'

const SPEC = { component: '_spec', verbs: ['GET'] }
const ALL = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

/** What each role may use, and what must stand in no byte of any form of a document for it. */
const ROLES = {
  orders: {
    rules: [{ component: '_table/orders/*', verbs: ALL }, SPEC],
    hidden: ['secret_salaries', 'hidden_amount', 'customers', 'order_items', 'sku', 'region'],
  },
  'all-but-secrets': {
    rules: [
      { component: '_table/*', verbs: ALL },
      { component: '_table/secret_salaries/*', verbs: [] },
      { component: '_schema/secret_salaries/*', verbs: [] },
      SPEC,
    ],
    hidden: ['secret_salaries', 'hidden_amount'],
  },
  administration: {
    rules: [
      { service: 'system', component: 'role/*', verbs: ['GET'] },
      { service: 'system', component: '_spec', verbs: ['GET'] },
    ],
    hidden: [
      'secret_salaries',
      'orders',
      'email_template',
      'config_package',
      'api_key_hash',
      'lookup_by_app',
    ],
  },
} as const

type Role = keyof typeof ROLES
const roles = Object.keys(ROLES).filter((name): name is Role => name in ROLES)

let house: House
beforeAll(async () => {
  house = await openHouse(
    Object.fromEntries(roles.map((name) => [name, ROLES[name].rules.map((rule) => ({ ...rule }))])),
  )
})
afterAll(() => house.close())

const ADDRESSES = [
  'api_docs',
  'api_docs/shop',
  'api_docs/system',
  'api_docs/user',
  'shop/_spec',
  'system/_spec',
]
const FORMS = ['', 'compact=true', 'format=yaml', 'compact=true&format=yaml', 'refresh=true', 'as_list=true']
const CUTS = [
  '',
  'resource_name=orders',
  'resource_name=HIDDEN',
  'tables=HIDDEN,orders',
  'expand_schema=true',
]

test.each(roles)('no form of a document names what is hidden from %s', async (role) => {
  const { hidden } = ROLES[role]
  let told = 0
  for (const address of ADDRESSES)
    for (const form of FORMS)
      for (const cut of CUTS) {
        const query = [form, cut.replace('HIDDEN', hidden[0])].filter(Boolean).join('&')
        for (const accept of ['application/json', 'application/yaml']) {
          const url = `/api/v2/${address}?${query}`
          const { status, text } = await house.rest('GET', url, { key: keyOf(role), headers: { accept } })
          if (status === 200) told += text.length
          const seen = text.toLowerCase()
          const named = hidden.filter((word) => seen.includes(word))
          expect(named, `${url} as ${accept} answered ${status}`).toEqual([])
        }
      }
  expect(told).toBeGreaterThan(10_000)
})
