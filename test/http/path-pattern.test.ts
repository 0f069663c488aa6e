import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corsRuleFor } from '../../src/http/cors-rules.ts'
import { pathPattern } from '../../src/http/path-pattern.ts'
import { ADMIN, askOf, signIn } from '../accounts/people.ts'
import { type House, openHouse } from '../helpers/house.ts'

test.each([
  ['api/*', 'api/v2/shop', true],
  ['/api/*', 'api/v2/shop', true],
  ['api/*/shop', 'api/v2/shop', true],
  ['api/*/shop', 'api/v2/shop/x', false],
  ['*', 'mcp/shop', true],
  ['api', 'api/v2', false],
  ['a+', 'aa', false],
  ['^api/v[23]/(shop|desk)(/|$)', 'api/v2/shop/_table/orders', true],
  ['^api/v[23]/(shop|desk)(/|$)', 'api/v2/shopping', false],
  ['^/api/v2/', 'api/v2/shop', true],
  ['^api', 'x/api', false],
  ['^', 'anything', true],
  ['^\\d+$', '123', true],
  // Its time grows with the path alone, where another engine's would double with each letter.
  ['^(a+)+$', `${'a'.repeat(1_900)}b`, false],
  ['^a*$', 'a'.repeat(50_000), false],
])('%s and %j: %j', (pattern, path, fits) => {
  expect(pathPattern(pattern)(path)).toBe(fits)
})

test.each(['^(', '^[a', '^a\\1', '^(?=a)', '^(?<!a)b', '^((a{0,100}){0,100}){0,100}$'])(
  '%s is no expression',
  (text) => {
    expect(() => pathPattern(text)).toThrow('no regular expression')
  },
)

test('the rule with the longest path decides, and one that cannot be read fits nothing', () => {
  const rule = (path: string) => ({
    path,
    origins: [],
    headers: [],
    exposedHeaders: [],
    methods: [],
    maxAgeSeconds: 0,
    hasCredentials: false,
  })
  const rules = ['*', '^api/v2/(', '^api/v2/shop/', 'api/*'].map(rule)
  expect(corsRuleFor('/api/v2/shop/_table?x=1', rules)?.path).toBe('^api/v2/shop/')
  expect(corsRuleFor('/api/v2/desk', rules)?.path).toBe('api/*')
  expect(corsRuleFor('/mcp/shop', rules)?.path).toBe('*')
})

describe('a rule with a regular expression', () => {
  const origin = 'https://app.example.com'
  let house: House
  let token: string

  beforeAll(async () => {
    house = await openHouse({})
    token = await signIn(house, 'admin', ADMIN)
  })
  afterAll(() => house.close())

  test('is checked when it is written, and decides for the addresses that fit', async () => {
    const write = (path: string) =>
      askOf(house)('POST', 'system/cors', { token, body: { resource: [{ path, origin, method: ['GET'] }] } })
    const refused = await write('^api/(v2')
    expect(Object(refused.body).error.context.resource[0].context).toEqual({
      path: [expect.stringContaining('RE2')],
    })
    expect((await write('^api/v2/(shop|desk)/')).status).toBe(201)
    const preflight = (path: string) =>
      house.rest('OPTIONS', path, { headers: { origin, 'access-control-request-method': 'GET' } })
    expect((await preflight('/api/v2/shop/_table')).headers['access-control-allow-origin']).toBe(origin)
    expect((await preflight('/api/v2/system/role')).headers['access-control-allow-origin']).toBeUndefined()
    const change = await askOf(house)('PATCH', 'system/cors/1', { token, body: { path: '^[' } })
    expect([change.status, Object.keys(Object(change.body).error.context)]).toEqual([400, ['path']])
  })
})
