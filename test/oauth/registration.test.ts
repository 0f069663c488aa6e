import { expect, test } from 'vitest'
import { recordAdapter } from '../../src/authorization/record-adapter.ts'
import { createOauthRecords } from '../../src/system/oauth-records.ts'
import { openHouse } from '../helpers/house.ts'
import { freePort } from '../helpers/program.ts'
import { engines } from '../system/engines.ts'
import { keyring, openStore } from '../system/world.ts'

const DAY = 24 * 3600 * 1000

test.each(engines)('programs that nobody connects are forgotten after a day, on $name', async ({ open }) => {
  const { database } = await openStore(await open())
  let moment = Date.now()
  const records = createOauthRecords(database, { ...keyring, now: () => moment })
  const kept = (kind: string) =>
    recordAdapter(kind, { records, holds: async () => true, endGrant: async () => {} })
  for (const id of ['used', 'unused']) await kept('Client').upsert(id, { client_id: id }, undefined as never)
  await kept('Grant').upsert('grant', { clientId: 'used', accountId: '1' }, DAY / 1000)
  await kept('Grant').upsert('other', { clientId: 'https://a.example/document' }, DAY / 1000)
  moment += 2 * DAY
  expect(await kept('Client').find('used')).toMatchObject({ client_id: 'used' })
  expect(await kept('Client').find('unused')).toBeUndefined()
  expect(await kept('Client').find('https://a.example/document')).toBeUndefined()
  moment += 180 * DAY
  expect(await kept('Client').find('used')).toBeUndefined()
})

test('what programs register, and what they send for tokens, has an end', async () => {
  const base = `http://127.0.0.1:${await freePort()}`
  const settings = { SLUICE_PUBLIC_URL: base, SLUICE_OAUTH_REGISTRATION: 'true' }
  const house = await openHouse({ reader: [{ component: '_table/*', verbs: ['GET'] }] }, {}, settings)
  const register = (count: number) =>
    house.rest('POST', '/oauth/register', {
      body: { redirect_uris: Array.from({ length: count }, (_, n) => `https://a.example/callback/${n}`) },
    })
  expect((await register(100)).status).toBe(201)
  const refused = await register(400)
  expect([refused.status, refused.text]).toEqual([413, expect.stringContaining('larger than 8192 bytes')])
  const token = await house.rest('POST', '/oauth/token', { body: { text: 'x'.repeat(60_000) } })
  expect([token.status, token.text]).toEqual([413, expect.stringContaining('larger than 49152 bytes')])
  await house.close()
})
