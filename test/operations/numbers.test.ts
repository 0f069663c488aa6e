import { expect, test } from 'vitest'
import { filterValueFor, valueFor } from '../../src/operations/database/values.ts'
import { field } from '../contract/world.ts'

test.each([
  ['12.5', 12.5],
  ['0.000', 0],
  ['-1e-300', -1e-300],
  ['1e300', 1e300],
  ['1e400', '1e400'],
  ['1e400000', '1e400000'],
  ['-1e-400', '-1e-400'],
  ['5e-324', '5e-324'],
  ['12345678901234567.5', '12345678901234567.5'],
])('the decimal %s is no other number', (text, expected) => {
  expect(valueFor(field('n', 'decimal'), text)).toBe(expected)
  expect(filterValueFor(field('n', 'decimal'), { kind: 'number', value: text })).toBe(expected)
})

test.each([
  ['float', '1e400'],
  ['float', '-1e309'],
  ['double', Number.POSITIVE_INFINITY],
  ['decimal', Number.POSITIVE_INFINITY],
] as const)('a %s holds no %s', (type, given) => {
  expect(() => valueFor(field('n', type), given)).toThrow("Field 'n' must be a valid")
})
