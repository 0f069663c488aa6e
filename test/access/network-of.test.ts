import { expect, test } from 'vitest'
import { createCallLimits } from '../../src/access/limits/call-limits.ts'
import { createWindowCounters } from '../../src/access/limits/window-counters.ts'
import { networkOf } from '../../src/access/network-of.ts'
import { createPasswordCheck } from '../../src/access/password-check.ts'

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['64:ff9b::192.0.2.7', '64:ff9b:0:0::/64'],
  ['192.0.2.7:50123', '192.0.2.7'],
  ['[2001:db8:1:2::9]:50123', '2001:db8:1:2::/64'],
  ['[2001:db8:1:2::9]', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
  ['local', 'local'],
  ['', ''],
])('%s is counted under %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})

test('passwords are not guessed from ever new addresses of one network', async () => {
  const check = createPasswordCheck({
    accounts: () => ({ userByEmail: new Map() }) as never,
    verify: async () => false,
  })
  const guess = (n: number) =>
    check({ email: 'ann@example.com', password: 'x', address: `2001:db8:1:2::${n.toString(16)}` })
  for (let n = 1; n <= 10; n++) expect(await guess(n)).toBeUndefined()
  await expect(guess(11)).rejects.toMatchObject({ code: 'too_many_requests' })
})

test('calls from ever new addresses of one network are calls of one client', async () => {
  const limits = createCallLimits({ rates: { perAddress: 2 }, counters: createWindowCounters() })
  const caller = { label: 'app:1', appId: 1 } as Parameters<typeof limits.count>[0]
  for (const n of [1, 2]) await limits.count(caller, `2001:db8:1:2::${n}`)
  await expect(limits.count(caller, '2001:db8:1:2:ffff::')).rejects.toMatchObject({
    code: 'too_many_requests',
  })
  await limits.count(caller, '2001:db8:1:3::1')
})
