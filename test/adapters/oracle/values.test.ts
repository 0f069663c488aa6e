import { describe, expect, test } from 'vitest'
import { createBind } from '../../../adapters/database/oracle/bind.ts'
import { columnDefault } from '../../../adapters/database/oracle/column-default.ts'
import { columnType } from '../../../adapters/database/oracle/column-type.ts'
import { decode } from '../../../adapters/database/oracle/decode.ts'
import { shownName, storedName } from '../../../adapters/database/oracle/names.ts'
import { largePattern, likePattern } from '../../../adapters/database/oracle/text-pattern.ts'
import type { ColumnKind } from '../../../adapters/database/sql/value-type.ts'
import type { Value } from '../../../src/core/database/value.ts'

const bind = createBind('+00:00')
const kind = (type: ColumnKind['type'], dbType = ''): ColumnKind => ({ type, dbType })

describe('what is read', () => {
  test.each<readonly [ColumnKind['type'], unknown, unknown]>([
    ['integer', '42', 42],
    ['integer', '9007199254740993', '9007199254740993'],
    ['integer', '99999999999999999999999999999999999999', '99999999999999999999999999999999999999'],
    ['decimal', '.5', 0.5],
    ['decimal', '-.25', -0.25],
    ['decimal', '123456789012345.67891', '123456789012345.67891'],
    ['boolean', '1', true],
    ['boolean', '0', false],
    ['boolean', '7', 7],
    ['boolean', true, true],
    ['float', 0.1, 0.1],
    ['float', Number.POSITIVE_INFINITY, 'Infinity'],
    ['binary', Buffer.from([0, 255]), 'AP8='],
    ['binary', '', ''],
    ['timestamp', '2024-02-29 12:30:45.500000000', '2024-02-29 12:30:45.5'],
    ['timestamp', '2024-02-29 12:30:45.000000000', '2024-02-29 12:30:45'],
    ['timestamp', '2024-02-29 12:30:45.000000100 +02:00', '2024-02-29 12:30:45.0000001+02:00'],
    ['timestamp', '2024-02-29 10:00:00', '2024-02-29 10:00:00'],
    ['time', '+00 23:59:58.000000', '23:59:58'],
    ['time', '+00 00:00:00.250000', '00:00:00.25'],
    ['json', '{"n":1}', { n: 1 }],
    ['text', 'x', 'x'],
    ['text', '', ''],
    ['text', null, null],
  ])('%s %j', (type, value, expected) => {
    expect(decode(value, { type, dbType: '', computed: false })).toEqual(expected)
  })
})

describe('what is bound', () => {
  test.each<readonly [Value, ColumnKind, unknown]>([
    [1, kind('integer'), 1n],
    ['00123', kind('integer'), 123n],
    [9007199254740993n, kind('integer'), 9007199254740993n],
    ['123456789012345.67891', kind('decimal'), '123456789012345.67891'],
    [0.1, kind('float', 'BINARY_DOUBLE'), { double: 0.1 }],
    [0.1, kind('float', 'BINARY_FLOAT'), { double: Math.fround(0.1) }],
    [true, kind('boolean', 'NUMBER(1)'), 1n],
    [true, kind('boolean', 'BOOLEAN'), true],
    ['2024-02-29', kind('date', 'DATE'), '2024-02-29'],
    ['2024-02-29T12:30:45Z', kind('timestamp', 'DATE'), '2024-02-29 12:30:45'],
    ['2024-02-29 14:30:45+02:00', kind('timestamp', 'TIMESTAMP(6)'), '2024-02-29 12:30:45.000000000'],
    [
      '2024-02-29 14:30:45.5+02:00',
      kind('timestamp', 'TIMESTAMP(6) WITH TIME ZONE'),
      '2024-02-29 14:30:45.500000000 +02:00',
    ],
    [
      '2024-02-29 14:30',
      kind('timestamp', 'TIMESTAMP(6) WITH TIME ZONE'),
      '2024-02-29 14:30:00.000000000 +00:00',
    ],
    ['23:59:58', kind('time', 'INTERVAL DAY(0) TO SECOND(6)'), '0 23:59:58'],
    [{ json: { a: [1] } }, kind('json', 'CLOB'), '{"a":[1]}'],
    [new Uint8Array([1]), kind('binary', 'BLOB'), Buffer.from([1])],
    ['x'.repeat(4001), kind('text', 'CLOB'), { clob: 'x'.repeat(4001) }],
    ['ä'.repeat(2001), kind('text', 'VARCHAR2(4000)'), { clob: 'ä'.repeat(2001) }],
    [null, kind('integer'), null],
  ])('%o as %o', (value, of, expected) => {
    expect(bind(value, of, 'store')).toEqual(expected)
  })

  test.each<readonly [Value, ColumnKind]>([
    ['many', kind('integer')],
    [10n ** 38n, kind('integer')],
    ['', kind('decimal')],
    ['NaN', kind('float')],
  ])('%s is not stored, and equals nothing', (value, of) => {
    expect(() => bind(value, of, 'store')).toThrow(expect.objectContaining({ code: 'bad_request' }))
    expect(() => bind(value, of, 'compare')).not.toThrow()
  })

  test('the empty text is compared as one that is before all others, and stored as what it is', () => {
    expect([bind('', kind('text'), 'compare'), bind('', kind('text'), 'store')]).toEqual(['\u0000', ''])
  })

  test('what is no moment is compared with nothing', () => {
    expect(bind('yesterday', kind('timestamp', 'DATE'), 'compare')).toBeNull()
  })
})

/** docs.oracle.com/en/database/oracle/oracle-database/23/refrn/ALL_TAB_COLS.html; an INTEGER is said to be a NUMBER of scale 0. */
describe('types of the catalogue', () => {
  const parts = { data_length: null, char_length: null, char_used: null, precision: null, scale: null }
  test.each([
    [{ data_type: 'NUMBER' }, { type: 'decimal', dbType: 'NUMBER' }],
    [
      { data_type: 'NUMBER', scale: '0' },
      { type: 'bigint', dbType: 'INTEGER' },
    ],
    [
      { data_type: 'NUMBER', precision: '1', scale: '0' },
      { type: 'boolean', dbType: 'NUMBER(1)' },
    ],
    [
      { data_type: 'NUMBER', precision: '10', scale: '0' },
      { type: 'integer', dbType: 'NUMBER(10)' },
    ],
    [
      { data_type: 'NUMBER', precision: '12', scale: '2' },
      { type: 'decimal', dbType: 'NUMBER(12,2)', precision: 12, scale: 2 },
    ],
    [
      { data_type: 'NUMBER', precision: '5', scale: '-2' },
      { type: 'decimal', dbType: 'NUMBER(5,-2)' },
    ],
    [
      { data_type: 'FLOAT', precision: '126' },
      { type: 'decimal', dbType: 'FLOAT(126)' },
    ],
    [
      { data_type: 'VARCHAR2', char_length: '80', char_used: 'C' },
      { type: 'string', dbType: 'VARCHAR2(80 CHAR)', length: 80 },
    ],
    [
      { data_type: 'VARCHAR2', char_length: '80', char_used: 'B' },
      { type: 'string', dbType: 'VARCHAR2(80)', length: 80 },
    ],
    [
      { data_type: 'NVARCHAR2', char_length: '10', char_used: 'C' },
      { type: 'string', dbType: 'NVARCHAR2(10)' },
    ],
    [
      { data_type: 'RAW', data_length: '16' },
      { type: 'binary', dbType: 'RAW(16)', length: 16 },
    ],
    [{ data_type: 'DATE' }, { type: 'datetime', dbType: 'DATE' }],
    [{ data_type: 'TIMESTAMP(6)' }, { type: 'timestamp' }],
    [{ data_type: 'TIMESTAMP(6) WITH TIME ZONE' }, { type: 'timestamptz' }],
    [{ data_type: 'TIMESTAMP(6) WITH LOCAL TIME ZONE' }, { type: 'timestamptz' }],
    [{ data_type: 'INTERVAL DAY(0) TO SECOND(6)' }, { type: 'time' }],
    [{ data_type: 'INTERVAL DAY(2) TO SECOND(6)' }, { type: 'string' }],
    [{ data_type: 'INTERVAL YEAR(2) TO MONTH' }, { type: 'string' }],
    [{ data_type: 'CLOB' }, { type: 'text' }],
    [{ data_type: 'JSON' }, { type: 'json' }],
    [{ data_type: 'BOOLEAN' }, { type: 'boolean' }],
    [{ data_type: 'integer' }, { type: 'bigint', dbType: 'INTEGER' }],
    [
      { data_type: 'NUMERIC', precision: '12', scale: '2' },
      { type: 'decimal', dbType: 'NUMBER(12,2)' },
    ],
    [{ data_type: 'double precision' }, { type: 'double', dbType: 'BINARY_DOUBLE' }],
  ])('%o', (given, expected) => {
    expect(columnType({ ...parts, ...given })).toMatchObject(expected)
  })

  test('what checks say', () => {
    expect(columnType({ ...parts, data_type: 'DATE' }, { isDay: true })?.type).toBe('date')
    expect(columnType({ ...parts, data_type: 'CLOB' }, { isJson: true })?.type).toBe('json')
    const flag = { ...parts, data_type: 'NUMBER', precision: '1', scale: '0' }
    expect(columnType(flag, { numbersOnly: true })?.type).toBe('integer')
  })

  test.each(['SDO_GEOMETRY', 'BFILE', 'VECTOR', 'ANYDATA'])('%s has no value', (data_type) => {
    expect(columnType({ ...parts, data_type })).toBeUndefined()
  })
})

/** DATA_DEFAULT is the text as it was written, spaces and all. */
test.each([
  ["'open' ", 'string', 'open'],
  ["'it''s'", 'string', "it's"],
  ['0', 'decimal', 0],
  ['1', 'boolean', true],
  ['current_timestamp', 'timestamp', { expression: 'CURRENT_TIMESTAMP' }],
  ['SYSDATE', 'datetime', { expression: 'CURRENT_TIMESTAMP' }],
  ['trunc(current_date)', 'date', { expression: 'CURRENT_DATE' }],
  ['NULL', 'string', undefined],
  [null, 'string', undefined],
  ['sys_guid()', 'binary', { expression: 'sys_guid()' }],
] as const)('the default %s of a %s', (text, type, expected) => {
  expect(columnDefault(text, type)).toEqual(expected)
})

describe('names', () => {
  test.each([
    ['CUSTOMERS', 'customers'],
    ['ORDER_ITEMS2', 'order_items2'],
    ['Order Log', 'Order Log'],
    ['camelCase', 'camelCase'],
    ['_ODD', '_ODD'],
    ['ÄPFEL', 'ÄPFEL'],
  ])('%s is shown as %s, and found again', (stored, shown) => {
    expect(shownName(stored)).toBe(shown)
    expect(storedName(shown)).toBe(stored)
  })

  test('two that differ in case alone stay apart', () => {
    const taken = new Set(['ORDERS', 'orders'])
    expect([shownName('ORDERS', taken), shownName('orders', taken)]).toEqual(['ORDERS', 'orders'])
  })
})

describe('text patterns', () => {
  test.each([
    ['like', 'A%_\\', 'a%_\\\\'],
    ['like', '', '\u0000'],
    ['contains', '50%_\\', '%50\\%\\_\\\\%'],
    ['starts_with', 'Ä', 'Ä%'],
    ['ends_with', 'Z', '%z'],
  ] as const)('%s %s', (op, text, expected) => {
    expect(likePattern(op, text)).toBe(expected)
  })

  test.each([
    ['like', 'a%b_', '^[aA].*[bB].$'],
    ['contains', 'a.b', '[aA]\\.[bB]'],
    ['contains', '', '^'],
    ['like', '', '^$'],
    ['starts_with', '😀', '^😀'],
  ] as const)('%s %s of a large text', (op, text, expected) => {
    expect(largePattern(op, text)).toBe(expected)
  })

  test('what is too long for the engine is refused', () => {
    expect(() => largePattern('contains', 'a'.repeat(200))).toThrow(
      expect.objectContaining({ code: 'bad_request' }),
    )
  })
})
