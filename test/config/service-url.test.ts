import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { parseServiceFlag } from '../../src/config/service-url.ts'

const types = [
  {
    name: 'sqlite',
    config: z.strictObject({ database: z.string().min(1, 'must not be empty') }),
    url: { schemes: ['sqlite', 'file'], toConfig: (url: string) => ({ database: url.replace(/^\w+:/, '') }) },
  },
  {
    name: 'pgsql',
    config: z.strictObject({ host: z.string(), password: z.string() }),
    url: {
      schemes: ['postgres', 'postgresql'],
      toConfig: (url: string) => ({ host: new URL(url).hostname, password: new URL(url).password }),
    },
  },
  { name: 'urlless', config: z.strictObject({}) },
]

test.each([
  ['shop=sqlite:./shop.db', { name: 'shop', type: 'sqlite', config: { database: './shop.db' } }],
  ['shop=FILE:/a=b.db', { name: 'shop', type: 'sqlite', config: { database: '/a=b.db' } }],
  ['s-1=postgres://u:p@db/x', { name: 's-1', type: 'pgsql', config: { host: 'db', password: 'p' } }],
])('%s', (text, service) => {
  expect(parseServiceFlag(text, types)).toEqual(service)
})

describe('is refused with what to write', () => {
  test.each([
    ['shop', '--service needs NAME=URL.'],
    ['=sqlite:x', '--service needs NAME=URL.'],
    ['shop=', '--service needs NAME=URL.'],
    ['my shop=sqlite:x', 'The name in --service must be at most 40 letters, digits, underscores and dashes.'],
    ['shop=./shop.db', 'The URL of --service shop has no scheme.'],
    ['shop=mongodb://x', "The URL of --service shop has the unknown scheme 'mongodb'."],
    ['shop=sqlite:', 'The URL of --service shop is not complete: database: must not be empty.'],
  ])('%s', (text, message) => {
    expect(() => parseServiceFlag(text, types)).toThrow(
      expect.objectContaining({ code: 'bad_request', message }),
    )
  })

  test('the nearest scheme is named', () => {
    expect(() => parseServiceFlag('shop=postgre://x', types)).toThrow(
      expect.objectContaining({ didYouMean: ['postgres', 'postgresql'] }),
    )
  })

  test('a password in the URL is not told', () => {
    const attempt = () => parseServiceFlag('shop=postgrse://u:hunter2@db', types)
    expect(attempt).toThrow(expect.not.objectContaining({ message: expect.stringContaining('hunter2') }))
  })
})
