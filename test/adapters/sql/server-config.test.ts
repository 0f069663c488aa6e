import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { serverConfig, serverFields } from '../../../adapters/database/sql/server-config.ts'

const fields = {
  ...serverFields({ port: 5432, options: 'None.', attributes: 'None.', statement: 'SET a = 1' }),
  mode: z.enum(['off', 'on']).default('off').describe('A key of one engine.'),
  unix_socket: z.string().optional().describe('Folder of a socket.'),
}
const config = serverConfig(fields, ['db', 'database'])

const read = (input: object) => config.parse(input)
const problems = (input: object) =>
  config.safeParse(input).error?.issues.map(({ path, message }) => [path.join('.'), message])

describe('the config of a database server', () => {
  test('needs a host and a database, and has defaults for the rest', () => {
    expect(read({ host: 'h', database: 'd' })).toEqual({
      host: 'h',
      port: 5432,
      database: 'd',
      username: '',
      password: '',
      schema: '',
      options: {},
      attributes: {},
      statements: [],
      allow_upsert: false,
      halt_on_error: false,
      max_records: 1000,
      cache_enabled: false,
      cache_ttl: 0,
      read_only: false,
      pool_size: 10,
      connect_timeout: 10,
      mode: 'off',
    })
  })

  const missing = 'Database connection information must contain at least host and database name'
  test.each([
    [{}, 'database'],
    [{ host: 'h' }, 'database'],
    [{ host: 'h', database: '' }, 'database'],
    [{ database: 'd' }, 'host'],
    [{ host: '  ', database: 'd' }, 'host'],
    [{ url: 'db:///d' }, 'host'],
    [{ url: 'db://h' }, 'database'],
    [{ url: 'db://h/' }, 'database'],
  ])('%j lacks its %s', (input, key) => {
    expect(problems(input)).toEqual([[key, missing]])
  })

  test('needs no host beside a socket', () => {
    expect(read({ unix_socket: '/run/db', database: 'd' })).toMatchObject({ host: '', database: 'd' })
  })

  test('takes no key that it does not know', () => {
    const result = config.safeParse({ host: 'h', database: 'd', hots: 'x' })
    expect(result.error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: ['hots'] }])
  })

  test('describes every key, and marks what is secret', () => {
    const { properties = {} } = z.toJSONSchema(config, { io: 'input' })
    expect(Object.keys(properties)).toEqual(Object.keys(fields))
    expect(Object.values(properties).filter((key) => typeof key === 'object' && !key.description)).toEqual([])
    expect(properties).toMatchObject({ url: { secret: true }, password: { secret: true } })
  })
})

describe('a connection URL', () => {
  test('is taken apart', () => {
    expect(read({ url: 'db://ada:lovelace@example.org:6543/engine' })).toMatchObject({
      host: 'example.org',
      port: 6543,
      username: 'ada',
      password: 'lovelace',
      database: 'engine',
    })
    expect(read({ url: 'database://h/d' })).toMatchObject({
      host: 'h',
      port: 5432,
      username: '',
      password: '',
    })
  })

  test('is not kept: what was read can be read again', () => {
    const once = read({ url: 'db://ada:p@h/d?mode=on', max_records: 7 })
    expect(once).not.toHaveProperty('url')
    expect(read(once)).toEqual(once)
  })

  test('has its names percent-encoded', () => {
    expect(read({ url: 'db://a%40b:p%2Fq%3A%25%23%20%C3%BC@h/my%20d%2Fb' })).toMatchObject({
      username: 'a@b',
      password: 'p/q:%# ü',
      database: 'my d/b',
    })
  })

  test('may have an address of IPv6', () => {
    expect(read({ url: 'db://[::1]:99/d' })).toMatchObject({ host: '::1', port: 99 })
  })

  test('has other keys in its query, each as its own type', () => {
    const url =
      'db://h/d?mode=on&pool_size=3&read_only=true&schema=app&statement_timeout=2.5&unix_socket=%2Frun'
    expect(read({ url })).toMatchObject({
      mode: 'on',
      pool_size: 3,
      read_only: true,
      schema: 'app',
      statement_timeout: 2.5,
      unix_socket: '/run',
    })
  })

  test('has a query that is checked as the keys are', () => {
    expect(
      problems({ url: 'db://h/d?mode=maybe&pool_size=many' })
        ?.map(([key]) => key)
        .toSorted(),
    ).toEqual(['mode', 'pool_size'])
  })

  test.each([
    ['db://h/d?moed=on', "the parameter 'moed' is not known; did you mean 'mode'"],
    ['db://h/d?host=other', "the parameter 'host' is not known"],
    ['db://h/d?statements=x', /^the parameter 'statements' is not known/],
    ['db://h/d?mode=on&mode=off', "the parameter 'mode' is given twice"],
    ['db://h/d?schema=a', "the parameter 'schema' is given twice"],
    ['other://h/d', 'a URL of this type begins with db:// or database://'],
    ['db://u:pa#ss@h/d', /^not a connection URL/],
    ['db://u:pa/ss@h/d', /^not a connection URL/],
    ['db://u:12?34@h/d', /^not a connection URL/],
    ['db://u:12?mood=3&pass@h/d', /^not a connection URL/],
    ['no url', /^not a connection URL/],
    ['', /^not a connection URL/],
    ['db://u:100%@h/d', /^a name in the URL is not encoded correctly/],
    ['db://one,two/d', 'names more than one host'],
    ['db://h/d/e', 'has more than one name after the host'],
  ])('%s is refused', (url, message) => {
    const found = problems({ url, schema: 'b' })
    expect(found).toEqual([['url', typeof message === 'string' ? message : expect.stringMatching(message)]])
    expect(JSON.stringify(found)).not.toMatch(/pa.ss|100%/)
  })

  test.each(['host', 'port', 'database', 'username', 'password'])('stands in place of %s', (key) => {
    expect(problems({ url: 'db://h/d', [key]: key === 'port' ? 1 : 'x' })).toEqual([
      ['url', `${key} is given as well: give either a URL or host, port, database, username, password`],
    ])
  })
})
