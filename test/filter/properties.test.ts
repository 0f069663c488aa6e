import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import type { FilterExpression } from '../../src/core/filter.ts'
import { bindFilter } from '../../src/filter/bind.ts'
import { filterFromRules } from '../../src/filter/from-rule.ts'
import { parseFilter } from '../../src/filter/parse.ts'
import { printFilter } from '../../src/filter/print.ts'
import { anyExpression, anyFilterText, withoutPositions } from './arbitraries.ts'
import { refusal } from './refusal.ts'

/** What came out, or undefined when it was refused as a filter error must be. */
function attempt<T>(run: () => T): T | undefined {
  try {
    return run()
  } catch (error) {
    refusal(() => {
      throw error
    })
    return undefined
  }
}

test('parsing what was printed gives the same expression', () => {
  fc.assert(
    fc.property(anyExpression, (expression) => {
      expect(withoutPositions(parseFilter(printFilter(expression)))).toEqual(expression)
    }),
    { numRuns: 1000 },
  )
})

test('any text is a canonical expression or a bad_request, and prints to the same expression', () => {
  fc.assert(
    fc.property(anyFilterText, (text) => {
      const expression = attempt(() => parseFilter(text))
      if (expression === undefined) return
      expect(withoutPositions(parseFilter(printFilter(expression)))).toEqual(withoutPositions(expression))
      expect(isCanonical(expression)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

test('a filter is bound whole or refused', () => {
  const value = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null))
  const params = fc.dictionary(fc.constantFrom('x', ':a_b', '1', 'Ünï', 'p'), value)
  const lookups = fc.dictionary(fc.constantFrom('user.id', 'app.id', 'user.email'), value)
  fc.assert(
    fc.property(anyExpression, params, lookups, (expression, params, lookups) => {
      const bound = attempt(() =>
        bindFilter(expression, { params, lookups: new Map(Object.entries(lookups)) }),
      )
      expect(JSON.stringify(bound) ?? '').not.toMatch(/"kind":"(?:param|lookup)"/)
    }),
    { numRuns: 1000 },
  )
})

test('a rule gives one comparison of its field or is refused, whatever its value holds', () => {
  const operators = fc.constantFrom(
    '=',
    '!=',
    '<',
    'in',
    'not in',
    'like',
    'contains',
    'between',
    'is null',
    'x',
  )
  const text = fc.oneof(
    anyFilterText,
    fc.string({ unit: fc.constantFrom("'", '"', '(', ')', ',', ' ', 'a'), maxLength: 8 }),
  )
  fc.assert(
    fc.property(operators, text, (operator, value) => {
      const rule = attempt(() => filterFromRules([{ name: 'a', operator, value }], 'OR'))
      const comparison = rule?.op === 'not' ? rule.filter : rule
      if (comparison !== undefined) expect(comparison).toHaveProperty('field', { name: 'a' })
      expect(JSON.stringify(comparison) ?? '').not.toContain('"kind":"param"')
    }),
    { numRuns: 2000 },
  )
})

test('a group without members has no text', () => {
  expect(() => printFilter({ op: 'and', all: [] })).toThrow(AppError)
})

function isCanonical(expression: FilterExpression): boolean {
  if (expression.op === 'not') return isCanonical(expression.filter)
  if (expression.op !== 'and' && expression.op !== 'or') return true
  const { op, all } = expression
  return all.length > 1 && all.every((member) => member.op !== op && isCanonical(member))
}
