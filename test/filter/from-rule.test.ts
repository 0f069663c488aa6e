import { describe, expect, test } from 'vitest'
import { filterFromRules } from '../../src/filter/from-rule.ts'
import { printFilter } from '../../src/filter/print.ts'
import { refusal } from './refusal.ts'

type Rule = Parameters<typeof filterFromRules>[0][number]

const printed = (...rules: Rule[]) => {
  const expression = filterFromRules(rules, 'AND')
  return expression && printFilter(expression)
}

test.each([
  ['=', '5', 'a = 5'],
  ['!=', 5, 'a != 5'],
  ['<>', true, 'a != true'],
  ['>', '1.50', 'a > 1.50'],
  ['>=', '-1', 'a >= -1'],
  ['<', '2024-01-01', "a < '2024-01-01'"],
  ['<=', null, 'a <= null'],
  ['in', '(1,2,3)', 'a in (1, 2, 3)'],
  ['IN', '1, 2 ,3', 'a in (1, 2, 3)'],
  ['in', "('a,b', \"it's\", O'Neil, {user.id})", "a in ('a,b', 'it''s', 'O''Neil', {user.id})"],
  ['In', ['x', 5, '{user.id}'], "a in ('x', 5, {user.id})"],
  ['in', 5, 'a in (5)'],
  ['NOT IN', '(1)', 'a not in (1)'],
  ['like', 'K%', "a like 'K%'"],
  ['Not  Like', "'K%'", "a not like 'K%'"],
  ['STARTS WITH', 'Kn', "a starts with 'Kn'"],
  ['ends with', '"th"', "a ends with 'th'"],
  ['contains', '5', "a contains '5'"],
  ['not contains', 'x y', "a not contains 'x y'"],
  ['between', '1,5', 'a between 1 and 5'],
  ['not between', [1, 5], 'a not between 1 and 5'],
  ['is null', undefined, 'a is null'],
  ['IS NOT NULL', '', 'a is not null'],
  ['eq', '{user.id}', 'a = {user.id}'],
  ['=', "'{user.email}'", 'a = {user.email}'],
  ['=', ' { strtolower(user.email) } ', 'a = {strtolower(user.email)}'],
  ['=', 'New York', "a = 'New York'"],
  ['=', "O'Neil", "a = 'O''Neil'"],
  ['=', "'it''s'", "a = 'it''s'"],
  ['=', '', "a = ''"],
  ['=', "'5'", "a = '5'"],
  ['=', 'null', 'a = null'],
])('a %s %j is %s', (operator, value, expected) => {
  expect(printed({ name: 'a', operator, ...(value === undefined ? {} : { value }) })).toBe(expected)
})

describe('a value cannot change the structure', () => {
  test.each(['x) or (1=1', 'x and b=2', ':param', '1 or 1=1', '(5', '!= 3', 'in (1)', '5) or (1'])(
    '%s',
    (value) => {
      expect(filterFromRules([{ name: 'a', operator: '=', value }], 'AND')).toEqual({
        op: '=',
        field: { name: 'a' },
        value: { kind: 'text', value },
      })
    },
  )

  test('not in a list either', () => {
    expect(printed({ name: 'a', operator: 'in', value: "(1) or (b=2),'x) or (y'" })).toBe(
      "a in ('(1) or (b=2)', 'x) or (y')",
    )
  })

  test('a field name is only a name', () => {
    expect(printed({ name: 'a = 1 or b', operator: '=', value: 2 })).toBe('"a = 1 or b" = 2')
  })
})

describe('several rules', () => {
  const rules: Rule[] = [
    { name: 'a', operator: '=', value: 1 },
    { name: 'b', operator: 'not in', value: '2' },
  ]

  test('are joined by AND or OR', () => {
    expect(printed(...rules)).toBe('a = 1 and b not in (2)')
    expect(filterFromRules(rules, 'OR')).toMatchObject({ op: 'or', all: { length: 2 } })
  })

  test('none is no filter, one stands alone', () => {
    expect(filterFromRules([], 'OR')).toBeUndefined()
    expect(filterFromRules(rules.slice(0, 1), 'OR')).toMatchObject({ op: '=' })
  })
})

describe('a malformed rule is refused by name', () => {
  test.each<[string, Rule]>([
    ['an unknown operator', { name: 'owner', operator: 'equals', value: 1 }],
    ['no operator', { name: 'owner', operator: '', value: 1 }],
    ['a filter as operator', { name: 'owner', operator: '= 1 or owner =', value: 1 }],
    ['no value', { name: 'owner', operator: '=' }],
    ['a list for one value', { name: 'owner', operator: '=', value: [1, 2] }],
    ['a number that is none', { name: 'owner', operator: '=', value: Number.NaN }],
    ['an open quote', { name: 'owner', operator: '=', value: "'x" }],
    ['words after a quote', { name: 'owner', operator: '=', value: "'x' or 'y'='y'" }],
    ['an empty list', { name: 'owner', operator: 'in', value: '()' }],
    ['an empty array', { name: 'owner', operator: 'in', value: [] }],
    ['an empty text for a list', { name: 'owner', operator: 'in', value: '' }],
    ['no list', { name: 'owner', operator: 'in' }],
    ['an empty item', { name: 'owner', operator: 'in', value: '1,,2' }],
    ['a comma at the end', { name: 'owner', operator: 'in', value: '1,' }],
    ['words after a quoted item', { name: 'owner', operator: 'in', value: "'a' b" }],
    ['one bound', { name: 'owner', operator: 'between', value: '1' }],
    ['three bounds', { name: 'owner', operator: 'between', value: [1, 2, 3] }],
    ['a value for IS NULL', { name: 'owner', operator: 'is null', value: 'x' }],
    ['a lookup inside a text', { name: 'owner', operator: '!=', value: 'x-{user.id}' }],
    ['a lookup inside a quoted text', { name: 'owner', operator: '=', value: "'{trim(user.id)} x'" }],
  ])('%s', (_, rule) => {
    expect(refusal(() => filterFromRules([rule], 'AND')).message).toContain("'owner'")
  })

  test('a blank name', () => {
    expect(refusal(() => filterFromRules([{ name: ' ', operator: '=', value: 1 }], 'AND')).message).toContain(
      "''",
    )
  })
})
