import { expect, test } from 'vitest'
import { completeMetadata, problemWith } from '../../src/authorization/client-metadata.ts'
import { isPrivateAddress } from '../../src/authorization/private-address.ts'

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.1.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::a00:1',
  'fe80::1',
  'fe80::1%eth0',
  'fd00::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2001::1',
])('%s is not public', (address) => {
  expect(isPrivateAddress(address)).toBe(true)
})

test.each(['1.1.1.1', '172.32.0.1', '100.128.0.1', '192.169.0.1', '2606:4700::1111', '2a00:1450:4001::1'])(
  '%s is public',
  (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  },
)

test.each([
  ['https://example.com/cb'],
  ['http://127.0.0.1:33418/'],
  ['http://[::1]/cb'],
  ['cursor://anysphere.cursor-mcp/oauth/callback'],
])('a program may come back to %s', (uri) => {
  expect(problemWith({ redirect_uris: [uri] })).toBeUndefined()
})

test.each([
  [undefined],
  [[]],
  [['http://example.com/cb']],
  [['http://localhost.example.com/']],
  [['javascript:alert(1)']],
  [['https://example.com/#x']],
  [['not an address']],
  [['https://ok.example.com/', 'data:text/html,x']],
])('a program may not come back to %j', (uris) => {
  expect(problemWith({ redirect_uris: uris })).toBeDefined()
})

test('a program with a loopback address is one of a machine, unless it says otherwise', () => {
  const uris = { redirect_uris: ['http://localhost/cb', 'https://vscode.dev/redirect'] }
  expect(completeMetadata(uris)).toMatchObject({ application_type: 'native' })
  expect(completeMetadata({ ...uris, application_type: 'web' })).toMatchObject({ application_type: 'web' })
  expect(completeMetadata({ redirect_uris: ['https://claude.ai/cb'] })).not.toHaveProperty('application_type')
})
