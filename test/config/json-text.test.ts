import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseJsonText } from '../../src/config/json-text.ts'

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJsonText(text)).toEqual({ value: JSON.parse(text) })
      expect(parseJsonText(`\uFEFF ${text}\r\n`)).toEqual({ value: JSON.parse(text) })
    }),
  )
})

test('takes no text that JSON.parse does not take', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '"',
    '1',
    '-',
    '.5',
    'e',
    'true',
    'nul',
    ' ',
    '\n',
    '\\',
  )
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = parts.join('')
      const mine = parseJsonText(text)
      if ('value' in mine) expect(JSON.parse(text)).toEqual(mine.value)
      else expect(mine.problem.line).toBeGreaterThan(0)
    }),
    { numRuns: 2_000 },
  )
})
