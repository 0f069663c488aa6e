import { describe, expect, test } from 'vitest'
import { RowText } from '../../../src/core/database/row-text.ts'
import { lines } from '../../../src/mcp/columns.ts'

type Rows = readonly Readonly<Record<string, unknown>>[]

function textOf(all: Rows, count = all.length): RowText {
  const fields = Object.keys(all[0] ?? {})
  return new RowText({ json: JSON.stringify(all), fields, count, hasMore: all.length > count })
}

const AWKWARD: Rows = [
  { id: 1, 'a "b"\\,c': 'plain', note: '' },
  { id: -0.5, 'a "b"\\,c': 'x, y', note: null },
  { id: 12_345_678.25, 'a "b"\\,c': 'say "hi" \\ two\nlines \u{1f600} \u2028', note: '},{"id":1,"' },
  { id: 1e21, 'a "b"\\,c': 'null', note: 'true' },
  { id: true, 'a "b"\\,c': '\\', note: '\\"' },
]

describe('rows as text', () => {
  test('the lines are those of the rows', () => {
    expect(textOf(AWKWARD).lines()).toEqual(lines(AWKWARD))
    const simple = [
      { a: 1, b: 'x' },
      { a: 2, b: 'y, z' },
    ]
    expect(textOf(simple).lines()).toEqual(['a,b', '1,x', '2,"y, z"'])
  })

  test.each(AWKWARD.map((_, count) => count + 1))(
    'the first %i of them, as text, lines and rows',
    (count) => {
      const first = AWKWARD.slice(0, count)
      const text = textOf(AWKWARD, count)
      expect(text.json()).toBe(JSON.stringify(first))
      expect(text.rows()).toEqual(first)
      expect(text.lines()).toEqual(lines(first))
    },
  )

  test('numbers are written as we write them', () => {
    const json = '[{"a":12.50,"b":1.0,"c":0.10,"d":100,"e":1e3}]'
    const text = new RowText({ json, fields: ['a', 'b', 'c', 'd', 'e'], count: 1, hasMore: false })
    expect(text.lines()).toEqual(lines(text.rows()))
  })

  test('nested values are left to others, and cut all the same', () => {
    const nested = [
      { a: 1, b: { c: [1, 2] } },
      { a: 2, b: ['},{'] },
    ]
    const text = textOf(nested, 1)
    expect(text.lines()).toBeUndefined()
    expect(text.json()).toBe('[{"a":1,"b":{"c":[1,2]}}]')
    expect(text.rows()).toEqual(nested.slice(0, 1))
  })

  test('other keys than those told are left to others', () => {
    const text = new RowText({ json: '[{"b":1},{"b":2}]', fields: ['a'], count: 1, hasMore: true })
    expect(text.lines()).toBeUndefined()
    expect(text.json()).toBe('[{"b":1}]')
  })

  test('without rows there are no lines', () => {
    const text = new RowText({ json: '[]', fields: ['a'], count: 0, hasMore: false })
    expect([text.json(), text.lines(), text.rows()]).toEqual(['[]', [], []])
  })
})
