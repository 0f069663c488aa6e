import { expect, test } from 'vitest'
import { exactNumber } from '../../../adapters/database/sql/exact-number.ts'

test.each([
  ['1', 1],
  ['0.10', 0.1],
  ['9007199254740993', '9007199254740993'],
  ['1234567890.1234567', '1234567890.1234567'],
  ['NaN', 'NaN'],
  ['-Infinity', '-Infinity'],
  // More than a double holds, with few digits that count: JSON would make null of it.
  [`1${'0'.repeat(400)}.5`, `1${'0'.repeat(400)}.5`],
  [`1${'0'.repeat(400)}`, `1${'0'.repeat(400)}`],
])('%s is %s on the wire', (text, expected) => {
  expect(exactNumber(text)).toBe(expected)
})
