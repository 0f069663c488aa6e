import { describe, expect, test } from 'vitest'
import { createHostGuard, hostName } from '../../src/http/host-guard.ts'

const guard = createHostGuard({
  boundAddress: '192.168.7.9',
  allowedHosts: ['db.example.com:8443', 'fd00::7'],
  allowedOrigins: ['https://App.example.com', 'vscode-webview://abc'],
  publicUrl: 'https://sluice.example.org/base',
})
const refused = (host: string | undefined, origin?: string, localAddress?: string) =>
  guard.refusal({ host, origin, localAddress })?.message

describe('host', () => {
  test.each([
    'localhost',
    'localhost:8080',
    'LOCALHOST:1',
    '127.0.0.1:8080',
    '[::1]:8080',
    '[0:0:0:0:0:0:0:1]',
    'localhost.',
    '192.168.7.9:80',
    'DB.example.com:9999',
    '[FD00::7]:1',
    'sluice.example.org',
  ])('accepts %s', (host) => {
    expect(refused(host)).toBeUndefined()
  })

  test.each([
    'evil.example',
    'evil.example:8080',
    'localhost.evil.example',
    'evil.example#localhost',
    'localhost@evil.example',
    'localhost:80:80',
    'local host',
    '[::1',
    '::1',
    '192.168.7.8',
    '[::ffff:10.0.0.1]',
    '..',
  ])('refuses %s', (host) => {
    expect(guard.refusal({ host, origin: undefined, localAddress: undefined })?.code).toBe('forbidden')
  })

  test('refuses a request that names no host', () => {
    expect(refused(undefined)).toBe('The request names no host: a Host header is required.')
    expect(refused('')).toBe('The request names no host: a Host header is required.')
  })

  test('accepts the address a connection came in on when bound to all addresses, and nothing else', () => {
    const open = createHostGuard({ boundAddress: '0.0.0.0' })
    expect(
      open.refusal({ host: '10.1.2.3:80', origin: undefined, localAddress: '::ffff:10.1.2.3' }),
    ).toBeUndefined()
    expect(open.refusal({ host: '10.1.2.4', origin: undefined, localAddress: '10.1.2.3' })?.code).toBe(
      'forbidden',
    )
    expect(open.refusal({ host: 'rebind.example', origin: undefined, localAddress: '10.1.2.3' })?.code).toBe(
      'forbidden',
    )
    expect(
      createHostGuard({ boundAddress: '::' }).refusal({
        host: '[fe80::1]',
        origin: undefined,
        localAddress: 'fe80::1',
      }),
    ).toBeUndefined()
  })

  test('a refused host stays refused after an accepted one', () => {
    expect(refused('localhost')).toBeUndefined()
    expect(refused('evil.example')).toContain("'evil.example'")
    expect(refused('localhost')).toBeUndefined()
  })

  test('refuses to be made with a name that is none', () => {
    expect(() => createHostGuard({ allowedHosts: ['http://x'] })).toThrow("'http://x' is not a host name")
  })
})

describe('origin', () => {
  test.each([
    'http://localhost:3000',
    'http://127.0.0.1:5173',
    'http://[::1]:1',
    'https://db.example.com',
    'https://app.example.com',
    'vscode-webview://abc',
  ])('accepts %s', (origin) => {
    expect(refused('db.example.com', origin)).toBeUndefined()
  })

  test.each([
    'https://evil.example',
    'null',
    'file://',
    'http://app.example.com',
    'https://app.example.com.evil.example',
    'https://app.example.com:444',
    'vscode-webview://other',
    'http://localhost.evil.example',
    'not an origin',
  ])('refuses %s', (origin) => {
    expect(refused('db.example.com', origin)).toContain('origin')
  })

  test('a foreign host is refused whatever the origin', () => {
    expect(refused('evil.example', 'https://evil.example')).toContain("'evil.example'")
  })
})

test('host names are compared in one form', () => {
  expect(hostName('EXAMPLE.com:80')).toBe('example.com')
  expect(hostName('[::0001]')).toBe('[::1]')
  expect(hostName('0x7f.1')).toBe('127.0.0.1')
  expect(hostName('a/b')).toBeUndefined()
})
