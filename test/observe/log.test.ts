import fastify from 'fastify'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { createLogger, type LogLevel, requestId } from '../../src/observe/log.ts'
import { redactText, redactUrl, redactValue } from '../../src/observe/redact.ts'

const KEY = 'a1'.repeat(32)
const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJ1c2VyX2lkIjoxfQ.c2lnbmF0dXJl'
const SECRETS = [KEY, TOKEN, 'hunter2', 'opensesame']

function capture(level: LogLevel = 'trace') {
  const lines: string[] = []
  const stream = { write: (line: string) => void lines.push(line) }
  return { lines, stream, log: createLogger({ level, destination: 'stderr', stream }) }
}

/** The logged lines; asserts that none of the secrets is in them. */
function logged({ lines }: { readonly lines: readonly string[] }) {
  const text = lines.join('')
  expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([])
  return lines.map((line) => JSON.parse(line))
}

describe('a line', () => {
  test('is one JSON object with time, level, message and fields', () => {
    const captured = capture()
    captured.log.info({ service: 'shop', rows: 25 }, 'read')
    expect(logged(captured)).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), service: 'shop', rows: 25, msg: 'read' },
    ])
  })

  test('below the level is not written', () => {
    const captured = capture('warn')
    captured.log.info('no')
    captured.log.warn('yes')
    expect(logged(captured).map(({ msg }) => msg)).toEqual(['yes'])
  })

  test('goes nowhere when the destination is null', () => {
    expect(createLogger({ level: 'info', destination: 'null' }).isLevelEnabled('fatal')).toBe(false)
  })
})

describe('no secret reaches the output', () => {
  test('from headers, bodies and anything deep', () => {
    const captured = capture()
    captured.log.info({
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        'x-dreamfactory-api-key': KEY,
        X_DreamFactory_Session_Token: TOKEN,
        cookie: 'session=hunter2',
        'set-cookie': ['a=hunter2', 'b=opensesame'],
        accept: 'application/json',
      },
      body: {
        email: 'ada@example.com',
        password: 'hunter2',
        deep: [{ config: { password: 'hunter2', api_key: 5 } }],
      },
      query: new Map([['api_key', KEY]]),
      list: [{ session_token: TOKEN }, new Headers({ authorization: 'Basic b3BlbnNlc2FtZQ==' })],
    })
    const [line] = logged(captured)
    expect(line.headers.accept).toBe('application/json')
    expect(line.body).toMatchObject({ email: 'ada@example.com', password: '***' })
    expect(line.body.deep[0].config.api_key).toBe('***')
  })

  test('from addresses', () => {
    const captured = capture()
    captured.log.info(
      { url: `/api/v2/shop?limit=5&api_key=${KEY}&session_token=${TOKEN}` },
      `GET /x?api%5Fkey=${KEY}&a=1`,
    )
    captured.log.info({ at: new URL(`https://u:hunter2@db.example.com/x?password=hunter2#token=${TOKEN}`) })
    const [first, second] = logged(captured)
    expect(first.url).toBe('/api/v2/shop?limit=5&api_key=***&session_token=***')
    expect(second.at).toContain('db.example.com/x')
  })

  test('from messages and what they show', () => {
    const captured = capture()
    captured.log.info(`signed in with password=hunter2 and ${KEY}`)
    captured.log.info('%s and %j', `Bearer ${TOKEN}`, { password: 'hunter2' })
    captured.log.info({ password: 'hunter2' }, 'said {"password":"hunter2", "api_key": "opensesame"}')
    logged(captured)
  })

  test('from errors, their causes and what they carry', () => {
    const captured = capture()
    const cause = Object.assign(new Error(`connect postgres://u:hunter2@db failed`), { password: 'hunter2' })
    const error = new AppError('unavailable', `no answer for ${KEY}`, {
      cause,
      context: { api_key: KEY, table: 'orders' },
    })
    captured.log.error(error)
    captured.log.error({ err: error })
    captured.log.error({ err: error, password: 'hunter2' }, 'while reading')
    const lines = logged(captured)
    expect(lines[0]).toMatchObject({
      err: { type: 'AppError', code: 'unavailable', context: { table: 'orders' }, cause: { type: 'Error' } },
      msg: 'no answer for ***',
    })
    expect(lines[0].err.stack).toContain('log.test.ts')
    expect(lines[2].msg).toBe('while reading')
  })

  test('from the bindings of child loggers', () => {
    const captured = capture()
    captured.log.child({ api_key: KEY, request_id: 'r-1' }).info('x')
    expect(logged(captured)[0]).toMatchObject({ api_key: '***', request_id: 'r-1' })
  })

  test('from the requests a web server logs', async () => {
    const captured = capture()
    const server = fastify({ loggerInstance: captured.log })
    server.post('/login', async (request) => {
      request.log.info({ req: request, body: request.body, headers: request.headers }, 'got it')
      throw new Error('password=hunter2 was wrong')
    })
    await server.inject({
      method: 'POST',
      url: `/login?api_key=${KEY}&x=1`,
      headers: { authorization: `Bearer ${TOKEN}`, cookie: 'a=hunter2' },
      payload: { password: 'hunter2', name: 'ada' },
    })
    await server.close()
    const lines = logged(captured)
    const received = lines.find(({ msg }) => msg === 'got it')
    expect(received.req).toMatchObject({ method: 'POST', url: '/login?api_key=***&x=1' })
    expect(received.body).toEqual({ password: '***', name: 'ada' })
    expect(lines.find(({ msg }) => msg === 'request completed').res).toEqual({ statusCode: 500 })
  })
})

describe('what is no secret stays', () => {
  test.each([
    '/api/v2/shop/_table/orders?filter=status%3D%27paid%27&limit=5#top',
    'https://db.example.com:8080/a@b?c=d',
    '/x?monkey=1&api_keys=2&tokens=3',
  ])('%s', (url) => {
    expect(redactUrl(url)).toBe(url)
    expect(redactText(url)).toBe(url)
  })

  test('values of other types', () => {
    const now = new Date(0)
    expect(redactValue({ n: 1, b: true, nil: null, none: undefined, now, bytes: new Uint8Array(3) })).toEqual(
      {
        n: 1,
        b: true,
        nil: null,
        none: undefined,
        now,
        bytes: '[3 bytes]',
      },
    )
  })
})

test('what is too deep or too long is cut', () => {
  const loop: Record<string, unknown> = {}
  loop.self = loop
  expect(JSON.stringify(redactValue(loop))).toContain('[deep]')
  expect(redactText('x'.repeat(100_000)).length).toBeLessThan(10_000)
})

describe('request ids', () => {
  test('are new each time, or the caller’s own when that is a plain one', () => {
    expect(requestId()).toMatch(/^[0-9a-f-]{36}$/)
    expect(requestId()).not.toBe(requestId())
    expect(requestId('trace-1234')).toBe('trace-1234')
  })

  test.each([['short'], ['x'.repeat(65)], ['two\nlines here'], ['<script>alert(1)'], [['a', 'b']]])(
    'not %j',
    (incoming) => {
      expect(requestId(incoming)).toMatch(/^[0-9a-f-]{36}$/)
    },
  )
})
