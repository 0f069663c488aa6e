import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { csvCell, csvLine } from '../../../src/core/csv.ts'
import { CellLines } from '../../../src/core/database/cell-lines.ts'

/** Cells as JSON → their lines, as a reader of the JSON around them gets them; undefined where there are none. */
function linesOf(rows: readonly (readonly string[])[], lines = new CellLines(1)): string | undefined {
  lines.start()
  for (const row of rows) {
    lines.row()
    for (const cell of row) {
      // What stood there before must not count.
      const bytes = Buffer.from(`,${cell}"1},`)
      lines.value(bytes, 1, 1 + Buffer.byteLength(cell))
    }
  }
  const text = lines.text()
  return text === undefined ? undefined : JSON.parse(`"${text}"`)
}

const word = fc.oneof(
  fc.integer(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
)
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      ',',
      '"',
      '\\',
      '\n',
      '\r',
      '\t',
      '\u2028',
      '\u0000',
      'é',
      '😀',
      '\ud800',
      '1',
    ),
    maxLength: 8,
  }),
)

describe('lines of cells', () => {
  test('are the CSV of their values, whatever they are', () => {
    const lines = new CellLines(1)
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.oneof(word, text), { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
        (rows) => {
          const json = rows.map((row) => row.map((value) => JSON.stringify(value)))
          const read = rows.map((row) => row.map((value) => JSON.parse(JSON.stringify(value))))
          expect(linesOf(json, lines)).toBe(read.map(csvLine).join('\n'))
        },
      ),
      { numRuns: 2_000, seed: 42 },
    )
  })

  test.each(['1.50', '1e3', '-0', '-0.0', '0.0000001', '12345678901234567890', '1E+2'])(
    'numbers are written as we write them: %s',
    (number) => {
      const value = JSON.parse(number)
      const isWhole = /^-?\d+$/.test(number) && number !== '-0'
      expect(linesOf([[number]])).toBe(isWhole ? number : csvCell(value))
    },
  )

  test.each(['{"a":1}', '[]', ' 1', '1 ', ' "x"', '"x" ', '"x"y"', '"x', '"x\\"', ''])(
    'there are none of %j',
    (cell) => {
      expect(linesOf([['1', cell, '2']])).toBeUndefined()
    },
  )

  test('a text may be long', () => {
    const long = 'x,'.repeat(100_000)
    expect(linesOf([[JSON.stringify(long)], [JSON.stringify(`${long}"\n`)]])).toBe(`"${long}"\n"${long}""\n"`)
  })

  test('what was given up is forgotten at the next start', () => {
    const lines = new CellLines(1)
    expect(linesOf([['{}']], lines)).toBeUndefined()
    expect(
      linesOf(
        [
          ['1', 'null'],
          ['""', 'true'],
        ],
        lines,
      ),
    ).toBe('1,\n"",true')
  })
})
