import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import type { FilterExpression } from '../../src/core/filter.ts'
import { bindFilter } from '../../src/filter/bind.ts'
import { MODIFIER_NAMES } from '../../src/filter/lookup-modifiers.ts'
import { parseFilter } from '../../src/filter/parse.ts'
import { printFilter } from '../../src/filter/print.ts'
import { blocksOf, codesIn, read, rowsUnder } from './page.ts'

const page = read('docs/filters.md')

const filtersIn = (language: string) =>
  blocksOf(page).flatMap((block) => (block.language === language ? block.text.trim().split('\n') : []))

describe('docs/filters.md', () => {
  test.each(filtersIn('filter'))('%s is a filter', (filter) => {
    expect(parsed(filter)).toBeDefined()
  })

  test.each(rowsUnder(page, 'filter', 'means').map((row) => row.map(only)))(
    '%s means %s',
    (filter, meaning) => {
      expect(printFilter(parsed(filter))).toBe(printFilter(parsed(meaning)))
    },
  )

  test.each(rowsUnder(page, 'filter', 'refused with').map(([filter, words]) => [only(filter), words ?? '']))(
    '%s is refused %s',
    (filter, words) => {
      expect(refusal(() => parseFilter(filter))).toContain(words)
    },
  )

  const operators = rowsUnder(page, 'operator', 'or').flatMap(([name, others, , example]) =>
    codesIn(`${name} ${others}`).map((operator) => [operator, only(name), only(example)] as const),
  )

  test('the table of operators has all of them', () => {
    expect(operators.map(([operator]) => operator).sort()).toEqual(OPERATORS)
  })

  test.each(operators)('%s is %s in the example %s', (operator, name, example) => {
    expect(
      printFilter(parsed(example.replace(` ${name} `, ` ${operator} `).replace(/ is not null$/, ` ${name}`))),
    ).toBe(printFilter(parsed(example)))
  })

  test.each(rowsUnder(page, 'value', 'write').flatMap(([, write = '']) => codesIn(write)))(
    '%s is a filter',
    (filter) => {
      expect(parsed(filter)).toBeDefined()
    },
  )

  test('the modifiers are those there are', () => {
    const [, list = ''] = /Modifiers, which[^:]*:([^.]*)\./.exec(page) ?? []
    expect(codesIn(list).toSorted()).toEqual(MODIFIER_NAMES.toSorted())
  })

  test('the examples of lookups bind', () => {
    const lookups = new Map([
      ['app.name', 'SE'],
      ['user.email', 'Ann@Example.com'],
    ])
    expect(printFilter(bindFilter(parsed('username = {strtolower(user.email)}'), { lookups }))).toBe(
      "username = 'ann@example.com'",
    )
    expect(printFilter(bindFilter(parsed('country = {app.name}'), { lookups }))).toBe("country = 'SE'")
  })
})

/** Spellings of the filter language (src/filter/operators.ts), the positive ones and `is not null`. */
const OPERATORS = [
  '!=',
  '<',
  '<=',
  '<>',
  '=',
  '>',
  '>=',
  'between',
  'contains',
  'ends with',
  'eq',
  'gt',
  'gte',
  'in',
  'is not null',
  'is null',
  'like',
  'lt',
  'lte',
  'ne',
  'starts with',
]

function only(cell = ''): string {
  const [code, ...more] = codesIn(cell)
  if (code === undefined || more.length > 0) throw new Error(`not one code: ${cell}`)
  return code
}

function parsed(filter: string): FilterExpression {
  const expression = parseFilter(filter)
  if (expression === undefined) throw new Error('an empty filter')
  return expression
}

function refusal(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof AppError) return error.message
    throw error
  }
  throw new Error('It was not refused.')
}
