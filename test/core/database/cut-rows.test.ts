import { expect, test } from 'vitest'
import { cutRows } from '../../../src/core/database/cut-rows.ts'

const cut = (rows: readonly object[], wanted: readonly string[], json = JSON.stringify(rows)) => {
  const found = cutRows({ json, fields: Object.keys(rows[0] ?? { id: 0 }), count: rows.length }, wanted)
  return found && { texts: found.starts.map((start, at) => json.slice(start, found.ends[at])), ...found }
}

const TRICKY = '},{"id":1,"a":"\\"\\\\'

test.each([
  [
    'plain values',
    [
      { id: 1, a: 'x' },
      { id: -2.5, a: null },
      { id: 3, a: false },
    ],
    ['id', 'a'],
  ],
  [
    'texts that look like rows',
    [
      { id: TRICKY, a: TRICKY },
      { id: `${TRICKY}\\`, a: '' },
    ],
    ['a', 'id'],
  ],
  [
    'objects and lists',
    [
      { id: 1, doc: [{ b: '}]' }], a: 5 },
      { id: 2, doc: {}, a: '李😀' },
    ],
    ['a'],
  ],
  ['one row', [{ id: 1 }], ['id']],
  ['no row', [], ['id']],
  [
    'no value',
    [
      { id: 1, a: 2 },
      { id: 3, a: 4 },
    ],
    [],
  ],
])('cuts rows of %s', (_, rows, wanted) => {
  const found = cut(rows, wanted)
  expect(found?.texts).toEqual(rows.map((row) => JSON.stringify(row)))
  const values = (name: string) => rows.map((row) => new Map<string, unknown>(Object.entries(row)).get(name))
  expect(found?.values).toEqual(wanted.map(values))
})

test('an object or a list has no plain value', () => {
  expect(cut([{ id: [1] }, { id: { a: 1 } }], ['id'])?.values).toEqual([[null, null]])
})

test.each([
  [
    'a document that holds what a row begins with',
    [
      { id: 1, doc: [{ a: 1 }, { id: 2 }] },
      { id: 2, doc: 0 },
    ],
    undefined,
  ],
  [
    'the same in the last row',
    [
      { id: 1, doc: 0 },
      { id: 2, doc: [{ a: 1 }, { id: 2 }] },
    ],
    undefined,
  ],
  ['spaces', [{ id: 1 }, { id: 2 }], '[{"id": 1}, {"id": 2}]'],
  ['fewer rows than told', [{ id: 1 }, { id: 2 }], '[{"id":1}]'],
  ['more rows than told', [{ id: 1 }], '[{"id":1},{"id":2}]'],
  ['other fields', [{ id: 1 }], '[{"no":1}]'],
])('leaves %s to others', (_, rows, json) => {
  expect(cut(rows, ['id'], json)).toBeUndefined()
})

test('wants no field that is not there', () => {
  expect(cut([{ id: 1 }], ['a'])).toBeUndefined()
})

test.each([' ', '\n', '\t', '\r\n'])(
  'a document with %j before it is not taken for members of its row',
  (space) => {
    const rows = [{ id: 1, doc: { a: 1, owner: 99 }, owner: 7 }]
    const json = `[{"id":1,"doc":${space}{"a":1,"owner":99},"owner":7}]`
    expect(JSON.parse(json)).toEqual(rows)
    expect(cut(rows, ['owner'], json)).toBeUndefined()
    expect(cut(rows, ['id'], json)?.values).toEqual([[1]])
    expect(cut([{ id: 1, a: 2 }], ['id', 'a'], `[{"id":1${space},"a":2}]`)).toBeUndefined()
  },
)
