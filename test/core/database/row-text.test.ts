import { describe, expect, test } from 'vitest'
import { RowText } from '../../../src/core/database/row-text.ts'
import { lines } from '../../../src/mcp/columns.ts'

const csv = (rows: Rows): string => lines(rows).join('\n')

/** As a reader of the JSON gets them. */
const linesIn = (text: RowText): unknown => JSON.parse(`"${text.linesInJson()}"`)

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

const NUMBERS = [
  ...[
    '12.50',
    '1.0',
    '0.10',
    '100',
    '1e3',
    '-0',
    '-0.0',
    '-0.5',
    '0.5',
    '0.05',
    '0.0000001',
    '-0.00000012',
    '0.25',
    '10.01',
  ],
  ...[
    '123456789012.25',
    '1234567890123.25',
    '12345678901234.123',
    '9007199254740993.1',
    '1E-7',
    '2.5e+2',
    '100.100',
    '-1.1',
  ],
]

describe('rows as text', () => {
  test('the lines are those of the rows', () => {
    expect(linesIn(textOf(AWKWARD))).toBe(csv(AWKWARD))
    const simple = [
      { a: 1, b: 'x' },
      { a: 2, b: 'y, z' },
    ]
    expect(linesIn(textOf(simple))).toBe('a,b\n1,x\n2,"y, z"')
  })

  test.each(AWKWARD.map((_, count) => count + 1))(
    'the first %i of them, as text, lines and rows',
    (count) => {
      const first = AWKWARD.slice(0, count)
      const text = textOf(AWKWARD, count)
      expect(text.json()).toBe(JSON.stringify(first))
      expect(text.rows()).toEqual(first)
      expect(linesIn(text)).toBe(csv(first))
    },
  )

  test('numbers are written as we write them', () => {
    const json = `[{${NUMBERS.map((number, at) => `"f${at}":${number}`).join(',')}}]`
    const fields = NUMBERS.map((_, at) => `f${at}`)
    const text = new RowText({ json, fields, count: 1, hasMore: false })
    expect(linesIn(text)).toBe(csv(text.rows()))
  })

  test('nested values are left to others, and cut all the same', () => {
    const nested = [
      { a: 1, b: { c: [1, 2] } },
      { a: 2, b: ['},{'] },
    ]
    const text = textOf(nested, 1)
    expect(text.linesInJson()).toBeUndefined()
    expect(text.json()).toBe('[{"a":1,"b":{"c":[1,2]}}]')
    expect(text.rows()).toEqual(nested.slice(0, 1))
  })

  test.each([' ', '\n', '\t'])(
    'a document with %j before it is not taken for members of its row',
    (space) => {
      const json = `[{"id":1,"doc":${space}{"a":1,"owner":"forged"},"owner":"own"}]`
      const text = new RowText({ json, fields: ['id', 'doc', 'owner'], count: 1, hasMore: false })
      expect(text.rows()).toEqual([{ id: 1, doc: { a: 1, owner: 'forged' }, owner: 'own' }])
      expect(text.linesInJson()).toBeUndefined()
    },
  )

  test('other keys than those told are left to others', () => {
    const text = new RowText({ json: '[{"b":1},{"b":2}]', fields: ['a'], count: 1, hasMore: true })
    expect(text.linesInJson()).toBeUndefined()
    expect(text.json()).toBe('[{"b":1}]')
  })

  test('without rows there are no lines', () => {
    const text = new RowText({ json: '[]', fields: ['a'], count: 0, hasMore: false })
    expect([text.json(), text.linesInJson(), text.rows()]).toEqual(['[]', '', []])
  })
})
