import { expect, test } from 'vitest'
import type { LimitedRequest } from '../../src/access/limits/limit-rule.ts'
import { countRequest } from '../../src/rest/count-request.ts'
import { ADMIN, openShop } from '../helpers/shop.ts'

test.each([
  ['_table/purchases', '_table/orders'],
  ['_table/PURCHASES/5', '_table/orders/5'],
  ['_TABLE/purchases', '_table/orders'],
  ['_schema/purchases/_field', '_schema/orders/_field'],
  ['_table/a%2Fb/5', '_table/a%2Fb/5'],
  ['_proc/purchases', '_proc/purchases'],
  ['_table', '_table'],
  ['', ''],
])('%s counts as %s', async (path, resource) => {
  const { services } = await openShop()
  const tableNamed = (_service: string, name: string) =>
    name.toLowerCase() === 'purchases' ? 'orders' : name
  const counted: string[] = []
  const count = async ({ resource: of }: LimitedRequest) => void counted.push(of())
  const deps = {
    services: { ...services, tableNamed, forget: async () => {} },
    limits: { count, usage: async () => [] },
  }
  const segments = path === '' ? [] : path.split('/').map(decodeURIComponent)
  const who = { caller: ADMIN, signal: new AbortController().signal }
  await countRequest({ service: 'shop', verb: 'GET', path: segments }, who, deps)
  expect(counted).toEqual([resource])
})
