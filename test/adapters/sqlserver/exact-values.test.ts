import { beforeAll, expect, test } from 'vitest'
import { loadDriver } from '../../../adapters/database/sqlserver/driver.ts'
import { EXACT_DECIMAL, exactDecimal } from '../../../adapters/database/sqlserver/exact-decimal.ts'

/** Bytes of values are those of MS-TDS, learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tds (§2.2.5.5.1.6 to 8). */
let read: (bytes: readonly number[], type: string, scale?: number) => unknown
beforeAll(async () => {
  await loadDriver()
  const { default: parser } = await import('tedious/lib/value-parser.js')
  read = (bytes, type, scale = 0) => {
    const column: object = { type: { name: type }, scale }
    const parsed: unknown = Reflect.apply(parser.readValue, parser, [Buffer.from(bytes), 0, column, {}])
    return parsed instanceof Object && Reflect.get(parsed, 'value')
  }
})

const little = (value: bigint, size: number) =>
  Array.from({ length: size }, (_, at) => Number((value >> BigInt(at * 8)) & 0xffn))

test('a decimal of 38 digits keeps every one', () => {
  const digits = 12345678901234567890123456789012345678n
  expect(read([17, 1, ...little(digits, 16)], 'DecimalN', 5)).toBe('123456789012345678901234567890123.45678')
  expect(read([17, 0, ...little(digits, 16)], 'NumericN', 38)).toBe(
    '-0.12345678901234567890123456789012345678',
  )
  expect(read([5, 1, 5, 0, 0, 0], 'DecimalN', 2)).toBe('0.05')
  expect(read([0], 'DecimalN', 2)).toBeNull()
})

test('money keeps its four places', () => {
  // The upper half comes first.
  expect(read([8, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff], 'MoneyN')).toBe('922337203685477.5807')
  expect(read([8, 0, 0, 0, 0x80, 0, 0, 0, 0], 'MoneyN')).toBe('-922337203685477.5808')
  expect(read([4, ...little(-1n & 0xffffffffn, 4)], 'MoneyN')).toBe('-0.0001')
  expect(read(little(199900n, 4), 'SmallMoney')).toBe('19.9900')
})

test('dates and times are text with the digits that the column has', () => {
  const day = 738_944n // 2024-02-29, days since 0001-01-01
  const noon = 45_045n * 10n ** 7n + 1_234_567n
  expect(read([3, ...little(day, 3)], 'Date')).toBe('2024-02-29')
  expect(read([3, 0, 0, 0], 'Date')).toBe('0001-01-01')
  expect(read([3, ...little(3_652_058n, 3)], 'Date')).toBe('9999-12-31')
  expect(read([5, ...little(noon, 5)], 'Time', 7)).toBe('12:30:45.1234567')
  expect(read([3, ...little(45_045n, 3)], 'Time', 0)).toBe('12:30:45')
  expect(read([8, ...little(noon, 5), ...little(day, 3)], 'DateTime2', 7)).toBe('2024-02-29 12:30:45.1234567')
  expect(read([0], 'DateTime2', 7)).toBeNull()
})

test('a moment with an offset is shown as it is there, on its own day', () => {
  const day = 738_944n
  const moment = (seconds: bigint, minutes: bigint) => [
    10,
    ...little(seconds * 10n ** 7n, 5),
    ...little(day, 3),
    ...little(minutes & 0xffffn, 2),
  ]
  expect(read(moment(43_200n, 120n), 'DateTimeOffset', 7)).toBe('2024-02-29 14:00:00.0000000 +02:00')
  expect(read(moment(82_800n, 330n), 'DateTimeOffset', 7)).toBe('2024-03-01 04:30:00.0000000 +05:30')
  expect(read(moment(3_600n, -480n), 'DateTimeOffset', 7)).toBe('2024-02-28 17:00:00.0000000 -08:00')
})

test('the old types count from 1900, the small one in minutes, the other in three-hundredths of a second', () => {
  expect(read([8, ...little(45_349n, 4), ...little(1n, 4)], 'DateTimeN')).toBe('2024-02-29 00:00:00.003')
  expect(read([8, ...little(-53_690n & 0xffffffffn, 4), 0, 0, 0, 0], 'DateTimeN')).toBe(
    '1753-01-01 00:00:00.000',
  )
  expect(read([4, ...little(45_349n, 2), ...little(751n, 2)], 'DateTimeN')).toBe('2024-02-29 12:31:00')
})

test('the rest of a value that is not here yet is asked for', () => {
  expect(() => read([17, 1, 5], 'DecimalN', 2)).toThrow(expect.objectContaining({ byteCount: 18 }))
  expect(() => read([], 'DateTime2', 7)).toThrow(expect.objectContaining({ byteCount: 1 }))
})

test('other types are left to the driver', () => {
  expect(read([4, 42, 0, 0, 0], 'IntN')).toBe(42)
})

test.each([
  ['0.1', { digits: 1n, scale: 1, precision: 10 }],
  ['-123456789012345.67891', { digits: -12345678901234567891n, scale: 5, precision: 24 }],
  ['1.50', { digits: 15n, scale: 1, precision: 10 }],
  ['1.5e3', { digits: 1500n, scale: 0, precision: 9 }],
  ['5e-3', { digits: 5n, scale: 3, precision: 12 }],
  ['0012', { digits: 12n, scale: 0, precision: 9 }],
  ['9'.repeat(38), { digits: 10n ** 38n - 1n, scale: 0, precision: 38 }],
  ['9'.repeat(39), undefined],
  ['1e300', undefined],
  ['5e-324', undefined],
  ['abc', undefined],
  ['', undefined],
])('the exact number of %s', (text, expected) => {
  expect(exactDecimal(text)).toEqual(expected)
})

test('an exact number is sent with every digit', () => {
  const value = exactDecimal('-123456789012345678901234567890.12345678')
  const [bytes] = [...EXACT_DECIMAL.generateParameterData({ value }, Object())]
  expect([...EXACT_DECIMAL.generateTypeInfo({ value }, Object())]).toEqual([0x6a, 17, 38, 8])
  expect([...(bytes ?? [])]).toEqual([0, ...little(12345678901234567890123456789012345678n, 16)])
  expect([...EXACT_DECIMAL.generateParameterLength({ value: null }, Object())]).toEqual([0])
})
