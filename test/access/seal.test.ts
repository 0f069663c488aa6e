import { expect, test } from 'vitest'
import { createKeyring } from '../../src/access/keyring.ts'

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
