import fastify from 'fastify'
import { expect, test } from 'vitest'
import { nameAs } from '../../src/authorization/own-address.ts'

const BASE = 'https://db.example.com/here'

/** What is left of a request from a proxy, or from somebody who says so. */
async function named(trustProxy: string[] | false, forwarded: Record<string, string>) {
  const app = fastify({ trustProxy })
  app.get('/', (request) => {
    nameAs(BASE, request)
    nameAs(BASE, request)
    return { ip: request.ip, headers: request.raw.headers }
  })
  const answer = await app.inject({ url: '/', remoteAddress: '10.0.0.1', headers: forwarded })
  await app.close()
  return answer.json()
}

const FORWARDED = {
  'x-forwarded-for': '203.0.113.7',
  'x-forwarded-host': 'evil.example',
  host: 'evil.example',
}
const OURS = { host: 'db.example.com', 'x-forwarded-proto': 'https' }

test('a client behind a trusted proxy keeps its address', async () => {
  const { ip, headers } = await named(['10.0.0.1'], FORWARDED)
  expect(ip).toBe('203.0.113.7')
  expect(headers).toMatchObject({ ...OURS, 'x-forwarded-for': '203.0.113.7' })
  expect(headers).not.toHaveProperty('x-forwarded-host')
  expect((await named(['10.0.0.1'], {})).ip).toBe('10.0.0.1')
})

test('what anybody else says of addresses does not count', async () => {
  for (const trusted of [false, ['192.0.2.1']] as const) {
    const { ip, headers } = await named(trusted && [...trusted], FORWARDED)
    expect([ip, headers]).toEqual([
      '10.0.0.1',
      expect.objectContaining({ ...OURS, 'x-forwarded-for': '10.0.0.1' }),
    ])
  }
})
