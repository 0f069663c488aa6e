import { expect, test } from 'vitest'
import { boundMessages } from '../../../adapters/database/postgres/bound-messages.ts'

const EXECUTE_AND_SYNC = '45000000090000000000' + '5300000004'

test('binds texts and nulls to a prepared statement, executes it and syncs', () => {
  const bind = `${'00'}${Buffer.from('s12').toString('hex')}00${'0000'}${'0003'}${'00000003e282ac'}${'ffffffff'}${'00000000'}${'0000'}`
  const length = (bind.length / 2 + 4).toString(16).padStart(8, '0')
  expect(boundMessages('s12', ['€', null, ''])?.toString('hex')).toBe(`42${length}${bind}${EXECUTE_AND_SYNC}`)
})

test('more parameters than a signed count holds', () => {
  const bytes = boundMessages(
    's1',
    Array.from({ length: 65_535 }, () => null),
  )
  expect(bytes?.readUInt16BE(11)).toBe(65_535)
})

test('bytes are left to the driver', () => {
  expect(boundMessages('s1', ['a', Buffer.from('b')])).toBeUndefined()
})
