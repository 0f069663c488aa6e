import { expect, test } from 'vitest'
import { mostSpelled, spellRows } from '../../../adapters/database/sqlite/spell-rows.ts'

const COLUMNS = [
  ['id', 'i'],
  ['nö"', 'd'],
] as const

function spelled(...rows: readonly string[]) {
  const lines = { bytes: Buffer.from(rows.join('\n')), count: rows.length }
  const target = { bytes: Buffer.alloc(3 + mostSpelled(lines, COLUMNS)), from: 3 }
  const found = spellRows(lines, COLUMNS, [0], target)
  const [end = 0] = found?.starts.slice(-1) ?? []
  return found && { ...found, text: target.bytes.toString('utf8', 3, 3 + Math.max(0, end - 1)) }
}

test('numbers get their names, and hundredths their points', () => {
  const found = spelled(
    '[1,2775]',
    '[-22,2770]',
    '[0,2700]',
    '[3,5]',
    '[4,50]',
    '[5,0]',
    '[6,123456789012345]',
  )
  expect(found?.text).toBe(
    String.raw`{"id":1,"nö\"":27.75},{"id":-22,"nö\"":27.7},{"id":0,"nö\"":27},{"id":3,"nö\"":0.05},{"id":4,"nö\"":0.5},` +
      String.raw`{"id":5,"nö\"":0},{"id":6,"nö\"":1234567890123.45}`,
  )
  expect(found?.values).toEqual([[1, -22, 0, 3, 4, 5, 6]])
  expect([...(found?.starts ?? [])].slice(0, 3)).toEqual([0, 23, 47])
})

test('null stays null', () => {
  expect(spelled('[null,null]')).toMatchObject({
    values: [[null]],
    text: String.raw`{"id":null,"nö\"":null}`,
  })
})

test('no rows are no text', () => {
  expect(spelled()).toMatchObject({ values: [[]], text: '' })
})

test.each([
  '[1.5,1]',
  '["1",1]',
  '[-,1]',
  '[-null,1]',
  '[1,-5]',
  '[1,1e3]',
  '[1234567890123456,1]',
  '[1]',
  '[1,',
])('what is no whole number of 15 digits is not spelled: %s', (row) => {
  expect(spelled(row)).toBeUndefined()
})
