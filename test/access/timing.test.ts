import { beforeAll, expect, test } from 'vitest'
import { createPasswordCheck } from '../../src/access/password-check.ts'
import { verifyPassword } from '../../src/access/passwords.ts'
import { accountsWith, admin, PASSWORD } from './world.ts'

const ACCOUNTS = {
  'a wrong password': {},
  'an inactive account': { isActive: false },
  'an account without a password': { passwordHash: undefined },
  'an account that waits for its code': { confirmExpiresDate: '2030-01-01 00:00:00' },
}
let work: string[] = []

/** Notes what it does: how long that takes is the machine's affair. */
function checkOf(accounts: ReturnType<typeof accountsWith>) {
  return createPasswordCheck({
    accounts: () => accounts,
    attempts: {
      load: async () => {
        work.push('load')
        return []
      },
      add: async (keys) => {
        work.push(`add ${keys.length}`)
      },
      remove: async () => {
        work.push('remove')
      },
    },
    verify: async (password, hash) => {
      work.push(`verify ${/^\$argon2id\$v=\d+\$[^$]+/.exec(hash)?.[0]}`)
      return await verifyPassword(password, hash)
    },
  })
}

async function workOf(check: ReturnType<typeof checkOf>, email: string, password: string): Promise<string[]> {
  work = []
  expect(await check({ email, password, address: '10.0.0.1' })).toBeUndefined()
  return work
}

let ofNobody: string[]
beforeAll(async () => {
  ofNobody = await workOf(checkOf(accountsWith([])), 'nobody@example.com', PASSWORD)
})

test('an unknown account costs one hash of the usual price', () => {
  expect(ofNobody).toEqual(['load', 'verify $argon2id$v=19$m=19456,t=2,p=1', 'add 2'])
})

test.each(Object.entries(ACCOUNTS))('%s costs what an unknown account does', async (what, change) => {
  const check = checkOf(accountsWith([{ ...admin, ...change }]))
  const password = what === 'a wrong password' ? 'wrong' : PASSWORD
  expect(await workOf(check, admin.email, password)).toEqual(ofNobody)
})
