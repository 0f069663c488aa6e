import { expect, test } from 'vitest'
import { cutLines } from '../../../adapters/database/sqlite/cut-lines.ts'
import { differentKeys, membersOf } from '../../../adapters/database/sqlite/member-rows.ts'

function cut(text: string, count: number, wanted: readonly number[]) {
  const bytes = Buffer.from(text)
  const found = cutLines({ bytes, count }, wanted)
  return found && { starts: [...found.starts], values: found.values, text: bytes.toString() }
}

test('lines are cut, and joined by commas', () => {
  expect(cut('{"a":1,"b":"x"}\n{"a":22,"b":null}', 2, [1, 0])).toEqual({
    starts: [0, 16, 34],
    values: [
      ['x', null],
      [1, 22],
    ],
    text: '{"a":1,"b":"x"},{"a":22,"b":null}',
  })
  expect(cut('', 0, [0])).toMatchObject({ starts: [0], values: [[]] })
})

test('values are read behind names and texts with quotes, commas and braces in them', () => {
  const text = String.raw`{"},\"":"\"},\n\\","b\\":true,"c":-12345678901.5}`
  expect(cut(text, 1, [0, 1, 2])?.values).toEqual([['"},\n\\'], [true], [-12345678901.5]])
})

test.each([
  ['fewer lines', '{"a":1}', 2],
  ['more lines', '{"a":1}\n{"a":2}', 1],
  ['lines of no rows', '{"a":1}', 0],
  ['no lines', '', 1],
])('%s than rows are not cut', (_name, text, count) => {
  expect(cut(text, count, [0])).toBeUndefined()
})

test('rows are put in the order of their keys and stay in their own', () => {
  const keys = differentKeys([5, null, 7, 5], 'number')
  const members = keys && membersOf(keys, [7, 5, 7, 5, 5])
  expect(keys && [...keys.of]).toEqual([0, -1, 1, 0])
  expect(members && { rows: [...members.rows], firsts: [...members.firsts] }).toEqual({
    rows: [1, 3, 4, 0, 2],
    firsts: [0, 3, 5],
  })
  expect(keys && membersOf(keys, [6])).toBeUndefined()
})

test('keys that may equal others in other words are refused', () => {
  expect(differentKeys([1, '1'], 'number')).toBeUndefined()
  expect(differentKeys([2 ** 53], 'number')).toBeUndefined()
  expect(differentKeys(['a\u0000'], 'string')).toBeUndefined()
})
