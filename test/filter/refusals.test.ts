import { describe, expect, test } from 'vitest'
import { parseFilter } from '../../src/filter/parse.ts'
import { printFilter } from '../../src/filter/print.ts'
import { refusal } from './refusal.ts'

const printed = (filter: string) => {
  const expression = parseFilter(filter)
  return expression && printFilter(expression)
}

describe('refusals', () => {
  test.each([
    ['bogus', 5, 'a comparison operator'],
    ['>', 0, 'a field name'],
    [':x', 0, 'a field name'],
    ['=5', 0, 'a field name'],
    ["''=5", 0, 'a field name'],
    ['""=5', 0, 'a field name'],
    ['"a=5', 0, 'a " that closes this one'],
    ['()', 1, 'a field name'],
    ['a=5 or', 6, 'a field name'],
    ['a=5 and and b=6', 8, 'a field name'],
    ['not', 3, 'a field name'],
    ['id ~ 3', 3, 'a comparison operator'],
    ['in (1,2)', 3, 'a comparison operator'],
    ['a is 5', 6, 'a comparison operator'],
    ["lower(last_name)='x'", 5, 'a comparison operator'],
    ['a = ', 4, 'a value'],
    ['a =)', 3, 'a value'],
    ['a == 5', 3, 'a value'],
    ['a = != 5', 4, 'a value'],
    ['a = and b=5', 4, 'a value'],
    ['a = or b is null', 4, 'a value'],
    ['a = and(b=5)', 4, 'a value'],
    ['a in (1,)', 8, 'a value'],
    ['a in (,1)', 6, 'a value'],
    ['a in (1,2', 9, 'a comma or a closing parenthesis'],
    ["a in ('x' 'y')", 10, 'a comma or a closing parenthesis'],
    ['(a=5', 4, 'AND, OR or a closing parenthesis'],
    ['a=5)', 3, 'AND, OR or the end of the filter'],
    ['a=2) OR (b>0', 3, 'AND, OR or the end of the filter'],
    ["a='Acme' ; drop table account", 9, 'AND, OR or the end of the filter'],
    ['a="x" b', 6, 'AND, OR or the end of the filter'],
    ['a=:x y', 5, 'AND, OR or the end of the filter'],
    ['a={user.id}s', 11, 'AND, OR or the end of the filter'],
    ['a is null 5', 10, 'AND, OR or the end of the filter'],
    ["a='x", 2, "a ' that closes this one"],
    ["a='it\\'s'", 5, 'a doubled quote (a backslash is no escape)'],
    ["a='x' b='y'", 6, 'AND, OR or the end of the filter'],
    ["a='x'b='y'", 8, 'AND, OR or the end of the filter'],
    ['a=x b=y', 5, 'AND, OR or the end of the value'],
    ['a=Foo (Bar', 6, 'a parenthesis that closes this one'],
    ['a=x-{user.id}', 2, 'a lookup alone or a text in quotes'],
    ['a={', 2, 'a lookup'],
    ['a={}', 2, 'a lookup'],
    ['a=(select 1)', 3, 'one literal in the parentheses'],
    ['a=(1 or 1=1)', 3, 'one literal in the parentheses'],
    ['a=(b)', 3, 'one literal in the parentheses'],
    ['a=((5))', 3, 'one literal'],
    ['a between 1', 11, 'AND and the upper bound'],
    ['a between 1 or 2', 12, 'AND and the upper bound'],
    ['a=5 nor b=6', 4, 'not, and, or (NOR is not supported)'],
    ['(a=5)XOR(b=6)', 5, 'not, and, or (XOR is not supported)'],
  ])('%s at %i: expected %s', (filter, position, expected) => {
    const error = refusal(() => parseFilter(filter))
    expect(error.context).toEqual({ position, expected })
    expect(error.message).toMatch(
      `Invalid or unparsable filter request at position ${position}: expected ${expected}, found `,
    )
  })

  test.each(['a in 1,2', 'a in ()', 'a in (  )', 'a in', 'a not in :x', 'a in (5) and b IN 5'])(
    '%s needs its list in parentheses',
    (filter) =>
      expect(refusal(() => parseFilter(filter)).message).toBe(
        'Filter value lists must be wrapped in parentheses.',
      ),
  )

  test('the error says what was found, cut to a readable length', () => {
    expect(refusal(() => parseFilter(`a ~ ${'x'.repeat(1000)}`)).message.length).toBeLessThan(150)
  })
})

describe('limits', () => {
  test.each([
    ['parentheses', '('.repeat(60_000)],
    ['nots', 'not '.repeat(15_000)],
    ['values in parentheses', `a=${'('.repeat(60_000)}`],
    ['modifiers', `a=${'{('.repeat(30_000)}`],
    ['quotes', `a='${"b'".repeat(30_000)}x`],
    ['name words', 'not starts is '.repeat(4_000)],
    ['spaces', `is${' '.repeat(60_000)}not`],
    ['characters', `a='${'x'.repeat(70_000)}'`],
  ])('tens of thousands of %s are refused', (_, filter) => {
    refusal(() => parseFilter(filter))
  })

  test('100 levels of parentheses or nots are read, 101 are refused', () => {
    expect(printed(`${'('.repeat(100)}a=5${')'.repeat(100)}`)).toBe('a = 5')
    expect(printed(`${'not '.repeat(100)}a=5`)).toBe(`${'not '.repeat(100)}a = 5`)
    refusal(() => parseFilter(`${'('.repeat(101)}a=5${')'.repeat(101)}`))
    refusal(() => parseFilter(`${'not '.repeat(101)}a=5`))
  })

  test('long flat filters are read whole', () => {
    expect(parseFilter(`${'a=5 or '.repeat(9_000)}a=6`)).toMatchObject({ op: 'or', all: { length: 9_001 } })
    expect(parseFilter(`a in (${'1,'.repeat(30_000)}1)`)).toMatchObject({ values: { length: 30_001 } })
  })
})
