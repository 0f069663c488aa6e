import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/core/errors.ts'
import { toJsonText } from '../../src/core/exact-json.ts'
import { JsonReader } from '../../src/core/json-reader.ts'
import { parseJson } from '../../src/http/json-text.ts'

function errorOf(text: string): AppError {
  try {
    parseJson(text)
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('no AppError')
}

describe('malformed JSON names the place', () => {
  test.each([
    ['{"resource":[{', 1, 15, 14, 'the end of the text where a name in double quotes was expected'],
    ['{\n  "a": 1,\n  "b" 2\n}', 3, 7, 18, "'2' where ':' was expected"],
    ['["ü", tru]', 1, 7, 7, "'t' where a value was expected"],
    ['{"a":1,}', 1, 8, 7, "'}' where a name in double quotes was expected"],
    ['[1 2]', 1, 4, 3, "'2' where ',' or ']' was expected"],
    ['{"a":1}x', 1, 8, 7, "'x' where the end was expected"],
    ['"a\tb"', 1, 3, 2, 'a control character in a string (write it as an escape)'],
    ['"\\x"', 1, 2, 1, 'an unknown escape in a string'],
    ['"abc', 1, 5, 4, 'the end of the text where a closing quote was expected'],
    ['[01]', 1, 3, 2, "'1' where ',' or ']' was expected"],
    ['hello', 1, 1, 0, "'h' where a value was expected"],
  ])('%j', (text, line, column, position, fault) => {
    const error = errorOf(text)
    expect(error.code).toBe('bad_request')
    expect(error.message).toBe(
      `The request body is not valid JSON: ${fault} at line ${line}, column ${column} (byte ${position}).`,
    )
    expect(error.context).toEqual({ line, column, position })
  })

  test('also when the fault is past many lines', () => {
    expect(errorOf(`${'[\n'.repeat(20)}!`).context).toMatchObject({ line: 21, column: 1 })
  })
})

describe('what JSON.parse would get wrong', () => {
  test('keeps every digit of numbers a double cannot hold, as text', () => {
    expect(parseJson('[9007199254740993, -9007199254740992, 123456789012345678901234567890]')).toEqual([
      '9007199254740993',
      '-9007199254740992',
      '123456789012345678901234567890',
    ])
    expect(parseJson('[1234567890123456.789, 0.12345678901234567890, 1.5]')).toEqual([
      '1234567890123456.789',
      '0.12345678901234567890',
      1.5,
    ])
  })

  test('leaves numbers a double holds as numbers, and digits in text as text', () => {
    expect(parseJson('[9007199254740991, 0.30000000000000004, 1e300, "9007199254740993"]')).toEqual([
      9007199254740991,
      0.30000000000000004,
      1e300,
      '9007199254740993',
    ])
  })

  test.each(['{"__proto__":{"a":1}}', '{"a":{"__pr\\u006fto__":1}}', '[{"\\u005f_proto__":1}]'])(
    'refuses %s',
    (text) => {
      expect(errorOf(text).message).toContain("'__proto__' is not allowed")
    },
  )

  test('refuses bodies nested deeper than anybody means', () => {
    expect(parseJson('['.repeat(200) + ']'.repeat(200))).toBeDefined()
    expect(errorOf('['.repeat(201) + ']'.repeat(201)).message).toContain('more than 200 levels')
    expect(errorOf('{"a":'.repeat(100_000)).message).toContain('more than 200 levels')
  })
})

test.each([
  ['0.30000000000000004', 0.30000000000000004],
  ['1.7976931348623157e308', 1.7976931348623157e308],
  ['5e-324', 5e-324],
  ['100000000000000000000.5', '100000000000000000000.5'],
  ['8.128564279570076e+1', '8.128564279570076e+1'],
  ['1e400', '1e400'],
  ['1e-400', '1e-400'],
  ['0e-400', 0],
])('the number %s is read as %j, and written as it was', (literal, value) => {
  expect(parseJson(`[${literal}]`)).toEqual([value])
  const document = `{"n":[${literal}],"of":{"deep":${literal},"text":"${literal}"}}`
  expect(JSON.parse(toJsonText(parseJson(document)))).toEqual(JSON.parse(document))
  if (typeof value === 'string') expect(toJsonText(parseJson(document))).toBe(document)
})

test('the exact reader agrees with JSON.parse on every text', () => {
  const texts = fc.oneof(
    fc.json({ maxDepth: 4 }),
    fc
      .json({ maxDepth: 3 })
      .chain((text) =>
        fc
          .tuple(
            fc.nat(text.length),
            fc.constantFrom('', '"', ',', '}', '\\', '0', 'e', '-', ' ', '\u0001', 'é'),
          )
          .map(([at, piece]) => text.slice(0, at) + piece + text.slice(at + 1)),
      ),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const read = new JsonReader(text, 200).read()
      let parsed: unknown
      try {
        parsed = JSON.parse(text)
      } catch {
        expect(read).toHaveProperty('fault')
        return
      }
      if (/[\d.]{16}|\de[+-]?\d{3}|__proto__|\\u00/i.test(text)) return
      expect(read).toEqual({ value: parsed })
    }),
    { numRuns: 2000 },
  )
})

test.each(Array.from({ length: 40 }, (_, at) => at))(
  'a long number is found wherever it stands: behind %i characters',
  (before) => {
    const text = 'x'.repeat(before)
    expect(parseJson(`["${text}",9007199254740993,0.123456789012345678]`)).toEqual([
      text,
      '9007199254740993',
      '0.123456789012345678',
    ])
    expect(parseJson(`["${text}",900719925474099]`)).toEqual([text, 900719925474099])
  },
)
