import { describe, expect, test } from 'vitest'
import { cellWriter } from '../../../adapters/database/mysql/cell-writer.ts'
import { JsonBytes } from '../../../adapters/database/sql/json-bytes.ts'

/** A value of the protocol with its length before it, as JSON. */
function written(type: 'decimal' | 'json' | 'text', text: string): string {
  const bytes = Buffer.from(text)
  const length = bytes.length < 251 ? [bytes.length] : [0xfc, bytes.length & 255, bytes.length >> 8]
  const wire = { type: type === 'decimal' ? 246 : 253, isBinary: false, isUnsigned: false, decimals: 0 }
  const out = new JsonBytes()
  out.start()
  const row = { bytes: Buffer.from([...length, ...bytes]), at: 0 }
  cellWriter({ name: 'v', type, dbType: '', computed: false }, wire)(row, out)
  expect(row.at).toBe(row.bytes.length)
  return out.text()
}

describe('values of MySQL as JSON', () => {
  test.each([
    ['10.00', '10'],
    ['100', '100'],
    ['-0.00', '0'],
    ['0.00', '0'],
    ['-10.50', '-10.5'],
    ['0.000001', '0.000001'],
    ['0.0000001', '1e-7'],
    ['123456789.123456', '123456789.123456'],
    ['1234567890123.45', '1234567890123.45'],
    ['12345678901234567.5', '"12345678901234567.5"'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '"9007199254740993"'],
  ])('the decimal %s is %s', (text, json) => {
    expect(written('decimal', text)).toBe(json)
  })

  test.each([
    'plain',
    '',
    'a "quoted" \\ text',
    'line\nand\ttab\u0001\u007f',
    'ä€😀\u2028',
    `${'x'.repeat(300)}"`,
    'ü'.repeat(5000),
  ])('text is as JSON.stringify writes it, %#', (text) => {
    expect(written('text', text)).toBe(JSON.stringify(text))
  })

  test('documents keep their digits and their own text, in one line', () => {
    expect(written('json', '{"n": 12345678901234567890.10,\n "t": "a\\nb"}')).toBe(
      '{"n": 12345678901234567890.10,  "t": "a\\nb"}',
    )
  })

  test('what is no document is a string', () => {
    expect(written('json', '{"n": 1')).toBe('"{\\"n\\": 1"')
  })

  test('the memory of one answer is no part of the next', () => {
    const out = new JsonBytes()
    out.start()
    out.wide('"ä€😀"'.repeat(50_000))
    expect(out.text()).toBe('"ä€😀"'.repeat(50_000))
    out.start()
    out.ascii('[]')
    expect(out.text()).toBe('[]')
  })
})
