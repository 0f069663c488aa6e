import { expect, test } from 'vitest'
import { boundMessages } from '../../../adapters/database/postgres/bound-messages.ts'

const EXECUTE = '45000000090000000000'
const SYNC = '5300000004'

test('binds texts and nulls to prepared statements, executes them and syncs once', () => {
  const bind = `${'00'}${Buffer.from('s12').toString('hex')}00${'0000'}${'0003'}${'00000003e282ac'}${'ffffffff'}${'00000000'}${'0000'}`
  const length = (bind.length / 2 + 4).toString(16).padStart(8, '0')
  const one = `42${length}${bind}${EXECUTE}`
  const bound = { name: 's12', parameters: ['€', null, ''] }
  expect(boundMessages([bound])?.toString('hex')).toBe(`${one}${SYNC}`)
  expect(boundMessages([bound, bound])?.toString('hex')).toBe(`${one}${one}${SYNC}`)
})

test('more parameters than a signed count holds', () => {
  const bytes = boundMessages([{ name: 's1', parameters: Array.from({ length: 65_535 }, () => null) }])
  expect(bytes?.readUInt16BE(11)).toBe(65_535)
})

test('bytes are left to the driver', () => {
  expect(boundMessages([{ name: 's1', parameters: ['a', Buffer.from('b')] }])).toBeUndefined()
})
