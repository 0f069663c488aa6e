import { describe, expect, test } from 'vitest'
import { lastValues, rowMarks } from '../../../src/core/database/last-row.ts'
import { RowText } from '../../../src/core/database/row-text.ts'

const FIELDS = ['id', 'name', 'total']

function lastOf(rows: readonly object[], wanted: readonly number[], fields = FIELDS) {
  return lastValues(JSON.stringify(rows), rowMarks(fields), wanted)
}

describe('the values of the last row', () => {
  test.each([
    'plain',
    '',
    '"',
    '\\',
    '\\"',
    '\\\\',
    'a,b}',
    '}]',
    '},{"id":9,"name":"x","total":1}]',
    '","total":7}',
    'é😀\u2028',
    '\n',
  ])('are found behind the text %j', (name) => {
    const rows = [
      { id: 1, name: 'first', total: 1.5 },
      { id: 2, name, total: null },
    ]
    expect(lastOf(rows, [0])).toEqual([2])
    expect(lastOf(rows, [2, 1, 0])).toEqual([null, name, 2])
    expect(lastOf(rows.slice(1), [1])).toEqual([name])
  })

  test('keep the digits of what is written as text', () => {
    expect(lastOf([{ id: '9007199254740993', name: true, total: -0.25 }], [0, 1, 2])).toEqual([
      '9007199254740993',
      true,
      -0.25,
    ])
  })

  test.each([
    ['an object', { id: 2, name: { id: 3 }, total: 1 }],
    ['a list of rows like these', { id: 2, name: 'x', total: [{ id: 8 }, { id: 9, name: 'y', total: 1 }] }],
    [
      'an object that ends like the list',
      { id: 2, name: 'x', total: { rows: [{ id: 9, name: 'y', total: 1 }] } },
    ],
    ['another order', { name: 'x', id: 2, total: 1 }],
    ['more fields', { id: 2, name: 'x', total: 1, more: 1 }],
    ['fewer', { id: 2, name: 'x' }],
  ])('are not guessed at with %s', (_what, row) => {
    for (const rows of [[row], [{ id: 1, name: 'first', total: 1 }, row]])
      expect(lastOf(rows, [0])).toBeUndefined()
  })

  test('are none where there is no row, or no such field', () => {
    expect(lastOf([], [0])).toBeUndefined()
    expect(lastOf([{ id: 1, name: 'x', total: 1 }], [-1])).toBeUndefined()
  })
})

test('a text of rows gives its last row whatever is in it', () => {
  const flat = { id: 2, name: 'x', total: 1 }
  const deep = { id: 2, name: 'x', total: [{ id: 9, name: 'y', total: 1 }] }
  for (const row of [flat, deep]) {
    const json = JSON.stringify([{ ...row, id: 1 }, row])
    const text = new RowText({ json, fields: FIELDS, count: 2, hasMore: false })
    expect(text.last(['id'])?.id).toBe(2)
    expect(new RowText({ json, fields: FIELDS, count: 1, hasMore: true }).last(['id'])?.id).toBe(1)
  }
  expect(new RowText({ json: '[]', fields: FIELDS, count: 0, hasMore: false }).last(['id'])).toBeUndefined()
})
