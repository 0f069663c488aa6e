import { expect, test } from 'vitest'
import type { Filter } from '../../../src/core/database/query.ts'
import { type Table, type ValueClass, valueClassOf } from '../../../src/core/database/schema.ts'
import type { Json, Row, Value } from '../../../src/core/database/value.ts'
import { toJsonText } from '../../../src/core/exact-json.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'
import { calm, type Engine, equals, linesOf, present, useScene } from '../scene.ts'

/** A row of `types` as it is written, and the same row as it is read. */
const FULL: { readonly [field: string]: Value } = {
  big: 9223372036854775807n,
  exact: '12345.67891',
  approximate: 0.1,
  flag: true,
  day: '2024-02-29',
  clock: '23:59:58',
  moment: '2024-02-29 12:30:45',
  document: { json: { list: [1, 'two', null, true, { deep: {} }], text: `it's "ü" 😀` } },
  bytes: new Uint8Array([0, 1, 127, 128, 255]),
  words: 'Zwölf Boxkämpfer 🥊',
  unique_id: '0190a6b2-7c1e-7d3a-9f00-0123456789ab',
}
const FULL_READ: { readonly [field: string]: Json } = {
  big: '9223372036854775807',
  exact: 12345.67891,
  approximate: 0.1,
  flag: true,
  day: '2024-02-29',
  clock: '23:59:58',
  moment: '2024-02-29 12:30:45',
  document: { list: [1, 'two', null, true, { deep: {} }], text: `it's "ü" 😀` },
  bytes: 'AAF/gP8=',
  words: 'Zwölf Boxkämpfer 🥊',
  unique_id: '0190a6b2-7c1e-7d3a-9f00-0123456789ab',
}

export function types(engine: Engine): void {
  const scene = useScene(engine)
  /** What is read back of a value that was written: by the insert, as rows and as JSON text. */
  const stored = async (field: string, value: Value) => {
    const [inserted] = await scene.insert('types', [{ [field]: value }])
    const query = scene.query('types', { fields: [field], where: equals('id', Number(inserted?.id)) })
    const [row] = await scene.read('types', query)
    const text = await scene.adapter.select({ ...query, as: 'json' }, calm)
    const [parsed] = 'json' in text ? JSON.parse(text.json) : text.rows
    expect([inserted?.[field], parsed?.[field]]).toEqual([row?.[field], row?.[field]])
    const { told, ofRows } = linesOf(await scene.adapter.select({ ...query, as: 'json', lines: 1 }, calm))
    expect(told).toBe(ofRows)
    return row?.[field]
  }

  test('a row is read as it was written', async () => {
    const [row] = await scene.insert('types', [FULL])
    expect(row).toEqual({ id: row?.id, ...FULL_READ })
    expect(await scene.read('types', { where: equals('id', Number(row?.id)) })).toEqual([row])
  })

  test('a row that was read can be written back unchanged', async () => {
    const [row] = await scene.insert('types', [FULL])
    const set = toValues(scene.table('types'), present(row))
    const where = equals('id', Number(row?.id))
    const returning = scene.table('types').fields.map((field) => field.name)
    const result = await scene.adapter.update({ table: scene.table('types'), set, where, returning }, calm)
    expect(result.rows).toEqual([row])
  })

  test('a row of nulls', async () => {
    const nulls = Object.fromEntries(Object.keys(FULL).map((field) => [field, null]))
    expect(await scene.insert('types', [nulls])).toMatchObject([nulls])
  })

  test.each([
    [0n, 0],
    [-1n, -1],
    [2_147_483_648n, 2_147_483_648],
    [9_007_199_254_740_991n, 9_007_199_254_740_991],
    [-9_007_199_254_740_991n, -9_007_199_254_740_991],
    [9_007_199_254_740_992n, '9007199254740992'],
    [9_223_372_036_854_775_807n, '9223372036854775807'],
    [-9_223_372_036_854_775_808n, '-9223372036854775808'],
  ])('bigint %s keeps every digit', async (value, expected) => {
    expect(await stored('big', value)).toBe(expected)
  })

  test('bigints that differ in the last digit are different', async () => {
    await scene.insert('types', [{ big: 9007199254740992n }, { big: 9007199254740993n }])
    expect(await scene.count('types', equals('big', 9007199254740993n))).toBe(1)
  })

  test.each([
    9_223_372_036_854_775_808n,
    -9_223_372_036_854_775_809n,
    123_456_789_012_345_678_901_234_567_890n,
  ])('bigints are compared with %s, which none of them can be', async (beyond) => {
    const numbers = [9_223_372_036_854_775_807n, -9_223_372_036_854_775_808n, 0n]
    const rows = await scene.insert('types', [...numbers.map((big) => ({ big })), { big: null }])
    const these: Filter = { op: 'in', field: 'id', values: rows.map(({ id }) => Number(id)) }
    const count = (where: Filter) => scene.count('types', { op: 'and', all: [these, where] })
    const smaller = beyond > 0n ? numbers.length : 0
    const larger = numbers.length - smaller
    const compared = (op: '=' | '!=' | '<' | '<=' | '>' | '>=') => ({ op, field: 'big', value: beyond })
    expect(await count(compared('='))).toBe(0)
    expect(await count({ op: 'not', filter: compared('=') })).toBe(numbers.length)
    expect(await count(compared('!='))).toBe(numbers.length)
    expect([await count(compared('<')), await count(compared('<='))]).toEqual([smaller, smaller])
    expect([await count(compared('>')), await count(compared('>='))]).toEqual([larger, larger])
    expect(await count({ op: 'in', field: 'big', values: [beyond, 0n] })).toBe(1)
    expect(await count({ op: 'in', field: 'big', values: [beyond] })).toBe(0)
  })

  test.each([
    ['0.10', 0.1],
    ['19.99', 19.99],
    ['-5', -5],
    ['1234567890.12345', 1234567890.12345],
    [19.99, 19.99],
    [7, 7],
  ])('decimal %s is exact', async (value, expected) => {
    expect(await stored('exact', value)).toBe(expected)
  })

  test('a decimal with more digits than a double is kept exactly or refused, never rounded', async () => {
    const outcome = await stored('exact', '123456789012345.67891').catch((error) => error.code)
    expect(['123456789012345.67891', 'bad_request']).toContain(outcome)
  })

  test.each([0, 0.1, -2.5, 1e300, 5e-324, 1.7976931348623157e308, 123456.789])(
    'double %s is exact',
    async (value) => {
      expect(await stored('approximate', value)).toBe(value)
    },
  )

  test.each([true, false])('boolean %s stays a boolean', async (value) => {
    expect(await stored('flag', value)).toBe(value)
  })

  test.each([
    ['day', '1000-01-01'],
    ['day', '9999-12-31'],
    ['clock', '00:00:00'],
    ['moment', '1969-12-31 23:59:59'],
    ['moment', '2038-01-19 03:14:08'],
  ])('%s %s is no other time', async (field, value) => {
    expect(await stored(field, value)).toBe(value)
  })

  test.each([
    [{ a: [1, { b: null }] }],
    [[]],
    [{}],
    ['a string'],
    ['12'],
    [12.5],
    [true],
    ['quotes " and \\ and \n'],
    [{ 'ключ "k"': '😀' }],
  ])('JSON %j is JSON again', async (value) => {
    expect(await stored('document', { json: value })).toEqual(value)
  })

  test('numbers of documents keep every digit, read and written back', async () => {
    const text =
      '{"n":[12345678901234567890,-0.1234567890123456789,"9007199254740993"],"z":{"big":9007199254740993}}'
    const [inserted] = await scene.insert('types', [{ document: { json: fromJsonText(text) } }])
    const where = equals('id', Number(inserted?.id))
    const [row] = await scene.read('types', { fields: ['document'], where })
    expect([toJsonText(inserted?.document), toJsonText(row?.document)]).toEqual([text, text])
    const table = scene.table('types')
    const set = { document: { json: present(row).document ?? null } }
    await scene.adapter.update({ table, set, where, returning: [] }, calm)
    const found = await scene.adapter.select(
      { ...scene.query('types', { fields: ['document'], where }), as: 'json' },
      calm,
    )
    const list = 'json' in found ? found.json : toJsonText(found.rows)
    expect(list.replaceAll(' ', '')).toBe(`[{"document":${text}}]`)
  })

  test('bytes of every value come back as base64', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, n) => n)
    expect(await stored('bytes', bytes)).toBe(Buffer.from(bytes).toString('base64'))
    expect(await stored('bytes', new Uint8Array())).toBe('')
  })

  test('bytes can be compared', async () => {
    await scene.insert('types', [{ bytes: new Uint8Array([222, 173]) }])
    expect(await scene.count('types', equals('bytes', new Uint8Array([222, 173])))).toBe(1)
  })

  test.each([
    '',
    ' ',
    '  padded  ',
    'null',
    '0012',
    '1e5',
    'true',
    'line\r\nbreak\ttab',
    '👩‍👩‍👧 ñ é',
    'עברית',
    '\\x41',
  ])('text %j stays as it is', async (value) => {
    expect(await stored('words', value)).toBe(value)
  })

  test('text of a megabyte stays as it is', async () => {
    const value = 'äb🦊 '.repeat(200_000)
    expect((await stored('words', value)) === value).toBe(true)
  })

  test('empty text is not null', async () => {
    const [row] = await scene.insert('types', [{ words: '' }])
    const where = {
      op: 'and',
      all: [equals('id', Number(row?.id)), { op: 'is_null', field: 'words' }],
    } as const
    expect(await scene.count('types', where)).toBe(0)
  })
}

/** What a planner makes of a row that was read, to write it back. */
function toValues(table: Table, row: Row): { readonly [field: string]: Value } {
  return Object.fromEntries(
    table.fields.map(({ name, type }) => [name, toValue(valueClassOf(type), row[name] ?? null)]),
  )
}

function toValue(type: ValueClass, json: Json): Value {
  if (json === null) return null
  if (type === 'binary') return Buffer.from(String(json), 'base64')
  if (type === 'integer') return BigInt(String(json))
  return typeof json === 'object' || type === 'json' ? { json } : json
}
