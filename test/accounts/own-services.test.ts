import { afterEach, beforeEach, expect, test } from 'vitest'
import { type House, openHouse } from '../helpers/house.ts'

let house: House
let headers: Record<string, string>
beforeEach(async () => {
  house = await openHouse({})
  const { body } = await house.rest('POST', '/api/v2/system/admin/session', {
    body: { email: 'admin@example.com', password: 'a-long-enough-password' },
  })
  headers = { 'x-dreamfactory-session-token': String(Reflect.get(Object(body), 'session_token')) }
})
afterEach(() => house.close())

test.each(['system', 'user'])(
  'the service %s keeps its name, type and state, and cannot be deleted',
  async (name) => {
    const path = `/api/v2/system/service/${name}`
    for (const change of [{ name: 'other' }, { is_active: false }, { type: 'sqlite' }]) {
      const { status, body } = await house.rest('PATCH', path, { headers, body: change })
      expect([status, Object.keys(change).every((field) => JSON.stringify(body).includes(field))]).toEqual([
        400,
        true,
      ])
    }
    expect((await house.rest('DELETE', path, { headers })).status).toBe(403)
    expect((await house.rest('PATCH', path, { headers, body: { label: 'Ours' } })).status).toBe(200)
  },
)
