import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'
import { createMac } from '../../src/access/mac.ts'

const key = new Uint8Array(32).fill(7)
const { seal } = createKeyring(key)

test('opens what another node with the same key sealed', () => {
  expect(createKeyring(key).seal.open(seal.seal('["é",1]', 'orders'), 'orders')).toBe('["é",1]')
})

test('opens nothing of another scope or another key', () => {
  const sealed = seal.seal('[1]', 'orders')
  expect(seal.open(sealed, 'customers')).toBeUndefined()
  expect(createKeyring(new Uint8Array(32)).seal.open(sealed, 'orders')).toBeUndefined()
})

test('says nothing of the text but its length', () => {
  const [one, other] = [seal.seal('[1]', 'orders'), seal.seal('[2]', 'orders')]
  expect(one).toHaveLength(other.length)
  expect([...one].filter((letter, at) => letter === other[at]).length).toBeLessThan(one.length / 4)
})

describe('what is signed', () => {
  const signed = seal.sign('["é",1]', 'orders')

  test('is read by another node with the same key, and by everybody', () => {
    expect(createKeyring(key).seal.signed(signed, 'orders')).toBe('["é",1]')
    expect(Buffer.from(signed.slice(0, signed.indexOf('.')), 'base64url').toString()).toBe('["é",1]')
  })

  test('holds for no other scope, no other key and no other text', () => {
    expect(seal.signed(signed, 'customers')).toBeUndefined()
    expect(createKeyring(new Uint8Array(32)).seal.signed(signed, 'orders')).toBeUndefined()
    expect(seal.signed(seal.sign('x', 'a\u0000b'), 'a')).toBeUndefined()
    const [, mark] = signed.split('.')
    expect(seal.signed(`${Buffer.from('["é",2]').toString('base64url')}.${mark}`, 'orders')).toBeUndefined()
  })

  test('is refused in every other spelling', () => {
    const changed = [...signed].map(
      (letter, at) => `${signed.slice(0, at)}${letter === 'A' ? 'B' : 'A'}${signed.slice(at + 1)}`,
    )
    const cut = Array.from(signed, (_, at) => signed.slice(0, at))
    for (const one of [...changed, ...cut, `${signed}A`, ` ${signed}`, `${signed}.`, `.${signed}`, '.', ''])
      expect([one, seal.signed(one, 'orders')]).toEqual([one, undefined])
  })

  test('is never taken for what is sealed, nor the other way round', () => {
    expect(seal.open(signed, 'orders')).toBeUndefined()
    expect(seal.signed(seal.seal('[1]', 'orders'), 'orders')).toBeUndefined()
  })
})

test.each([0, 1, 55, 63, 64, 500, 2047, 2048, 2049, 10_000])(
  'a mark of %d characters is the HMAC of node:crypto',
  (length) => {
    const secret = new Uint8Array(32).fill(9)
    const mac = createMac(secret)
    for (const text of ['x'.repeat(length), 'é'.repeat(length), `${'😀'.repeat(length / 2)}\ud800`])
      expect(mac(text)).toBe(createHmac('sha256', secret).update(text).digest('base64url'))
  },
)
