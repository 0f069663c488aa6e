import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonBytes } from '../../../adapters/database/sql/json-bytes.ts'
import { RowLines } from '../../../adapters/database/sql/row-lines.ts'
import { csvLine } from '../../../src/core/csv.ts'
import { CellLines } from '../../../src/core/database/cell-lines.ts'

const character = fc.constantFrom('a', 'b', ',', '"', '\\', '\n', '\u0007', '\u2028', 'é', '😀')
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: character, maxLength: 6 }),
)
const row = fc.array(fc.oneof(text, fc.integer()), { minLength: 1, maxLength: 5 })

test('a text written to both is its JSON there and its CSV here, beside any other cell', () => {
  const out = new JsonBytes()
  const cells = new CellLines(1)
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 5 }), (rows) => {
      out.start()
      const lines = new RowLines(rows.length, cells)
      const json: string[] = []
      for (const values of rows) {
        lines.row()
        for (const value of values) {
          const from = out.length
          if (typeof value === 'string') {
            // As in a message: with other bytes around it.
            const bytes = Buffer.from(`,"${value}",`)
            lines.quoted(out, bytes, 2, bytes.length - 2)
          } else {
            out.ascii(String(value))
            lines.cell(out, from)
          }
          json.push(out.bytes.toString('utf8', from, out.length))
        }
      }
      expect(json).toEqual(rows.flat().map((value) => JSON.stringify(value)))
      expect(JSON.parse(`"${lines.result(rows.length).lines}"`)).toBe(rows.map(csvLine).join('\n'))
    }),
    { numRuns: 2_000, seed: 7 },
  )
})
