import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { columnType } from '../../../adapters/database/sqlserver/column-type.ts'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { Value } from '../../../src/core/database/value.ts'
import { calm, equals, present } from '../../contract/scene.ts'
import { table } from '../../contract/world.ts'
import { startTdsServer, type TdsServer } from './tds-server.ts'
import { done, rows, value } from './tds-tokens.ts'

/**
 * Values on their whole way: the adapter and the driver, and bytes as MS-TDS has them
 * (learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tds, §2.2.5.4 types, §2.2.5.5 their bytes).
 */
let server: TdsServer
let adapter: DatabaseAdapter
let answer: Buffer = done()
beforeAll(async () => {
  server = await startTdsServer({
    answer: (sql) =>
      /schema_name/.test(sql) ? rows(['a'], [['dbo']]) : /"things"/.test(sql) ? answer : done(),
  })
  const config = sqlserverConfig.parse({ host: '127.0.0.1', port: server.port, database: 'shop' })
  adapter = await openSqlserver(config, { baseDir: '.', statementTimeoutMs: 20_000 })
})
afterAll(async () => {
  await adapter?.close()
  await server?.close()
})

type Native = readonly [name: string, maxLength: number, precision: number, scale: number]

/** A table with one field of the type, as the catalogue tells of it. */
function thingsOf([name, maxLength, precision, scale]: Native) {
  const field = {
    name: 'it',
    ...columnType({ name, maxLength, precision, scale }),
    allowNull: true,
    autoIncrement: false,
    isGenerated: false,
  }
  return present(buildSchema([table('things', { fields: [field] })]).tableByName.get('things'))
}

const little = (number: bigint, size: number) =>
  Array.from({ length: size }, (_, at) => Number((number >> BigInt(at * 8)) & 0xffn))
const wide = (text: string) => [...Buffer.from(text, 'ucs2')]
const COLLATION = [9, 4, 0xd0, 0, 0x34]
/** Values of the large types come in pieces, the whole length first. */
const inPieces = (bytes: readonly number[]) => [
  ...little(BigInt(bytes.length), 8),
  ...little(BigInt(bytes.length), 4),
  ...bytes,
  0,
  0,
  0,
  0,
]
const DAY = little(738_944n, 3) // 2024-02-29
const CLOCK = little(45_045n * 10n ** 7n + 1_234_567n, 5) // 12:30:45.1234567
const GUID = [0x78, 0x56, 0x34, 0x12, 0xcd, 0xab, 0x12, 0xef, 0x90, 0xab, 1, 2, 3, 4, 5, 0xff]

describe('a value that is read', () => {
  test.each<[string, Native, readonly number[], readonly number[], unknown]>([
    ['bigint', ['bigint', 8, 19, 0], [0x26, 8], [8, ...little(2n ** 63n - 1n, 8)], '9223372036854775807'],
    ['bigint', ['bigint', 8, 19, 0], [0x26, 8], [8, ...little(42n, 8)], 42],
    ['bit', ['bit', 1, 1, 0], [0x68, 1], [1, 1], true],
    [
      'decimal(38,10)',
      ['decimal', 17, 38, 10],
      [0x6a, 17, 38, 10],
      [17, 0, ...little(10n ** 37n + 1n, 16)],
      '-1000000000000000000000000000.0000000001',
    ],
    [
      'money',
      ['money', 8, 19, 4],
      [0x6e, 8],
      [8, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff],
      '922337203685477.5807',
    ],
    ['smallmoney', ['smallmoney', 4, 10, 4], [0x6e, 4], [4, ...little(199_900n, 4)], 19.99],
    ['real', ['real', 4, 24, 0], [0x6d, 4], [4, 0xcd, 0xcc, 0xcc, 0x3d], 0.1],
    ['float', ['float', 8, 53, 0], [0x6d, 8], [8, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f], 0.1],
    ['date', ['date', 3, 10, 0], [0x28], [3, ...DAY], '2024-02-29'],
    ['time(7)', ['time', 5, 16, 7], [0x29, 7], [5, ...CLOCK], '12:30:45.1234567'],
    [
      'datetime2(7)',
      ['datetime2', 8, 27, 7],
      [0x2a, 7],
      [8, ...CLOCK, ...DAY],
      '2024-02-29 12:30:45.1234567',
    ],
    [
      'datetime2(0)',
      ['datetime2', 6, 19, 0],
      [0x2a, 0],
      [6, ...little(45_045n, 3), ...DAY],
      '2024-02-29 12:30:45',
    ],
    [
      'datetimeoffset(7)',
      ['datetimeoffset', 10, 34, 7],
      [0x2b, 7],
      [10, ...CLOCK, ...DAY, 0x88, 0xff],
      '2024-02-29 10:30:45.1234567 -02:00',
    ],
    [
      'datetime',
      ['datetime', 8, 23, 3],
      [0x6f, 8],
      [8, ...little(45_349n, 4), ...little(300n, 4)],
      '2024-02-29 00:00:01.000',
    ],
    [
      'smalldatetime',
      ['smalldatetime', 4, 16, 0],
      [0x6f, 4],
      [4, ...little(45_349n, 2), ...little(751n, 2)],
      '2024-02-29 12:31:00',
    ],
    [
      'uniqueidentifier',
      ['uniqueidentifier', 16, 0, 0],
      [0x24, 16],
      [16, ...GUID],
      '12345678-abcd-ef12-90ab-0102030405ff',
    ],
    ['varbinary(8)', ['varbinary', 8, 0, 0], [0xa5, 8, 0], [3, 0, 0, 0xff, 0x80], 'AP+A'],
    ['varbinary(max)', ['varbinary', -1, 0, 0], [0xa5, 0xff, 0xff], inPieces([0, 0xff, 0x80]), 'AP+A'],
    ['rowversion', ['timestamp', 8, 0, 0], [0xad, 8, 0], [8, 0, 0, 0, 0, 0, 0, 0, 7, 0xd1], 'AAAAAAAAB9E='],
    ['nvarchar(40)', ['nvarchar', 80, 0, 0], [0xe7, 80, 0, ...COLLATION], [4, 0, ...wide('李é')], '李é'],
    [
      'nvarchar(max)',
      ['nvarchar', -1, 0, 0],
      [0xe7, 0xff, 0xff, ...COLLATION],
      inPieces(wide('a 🦊 b')),
      'a 🦊 b',
    ],
    ['xml', ['xml', -1, 0, 0], [0xf1, 0], inPieces(wide('<a>1</a>')), '<a>1</a>'],
    [
      'hierarchyid as text',
      ['hierarchyid', 892, 0, 0],
      [0xe7, 0xff, 0xff, ...COLLATION],
      inPieces(wide('/1/3/')),
      '/1/3/',
    ],
    [
      'sql_variant as text',
      ['sql_variant', 8016, 0, 0],
      [0xe7, 0xff, 0xff, ...COLLATION],
      inPieces(wide('5')),
      '5',
    ],
    ['no datetime2', ['datetime2', 8, 27, 7], [0x2a, 7], [0], null],
    ['no uniqueidentifier', ['uniqueidentifier', 16, 0, 0], [0x24, 16], [0], null],
    ['no nvarchar(max)', ['nvarchar', -1, 0, 0], [0xe7, 0xff, 0xff, ...COLLATION], Array(8).fill(0xff), null],
  ])('%s', async (_type, native, type, bytes, expected) => {
    answer = value('it', type, bytes)
    const read = await adapter.select({ table: thingsOf(native), fields: ['it'], limit: 1, as: 'rows' }, calm)
    expect(read).toEqual({ rows: [{ it: expected }] })
  })

  test('types of the server’s own making are asked for as text', async () => {
    for (const name of ['hierarchyid', 'geography', 'geometry', 'sql_variant']) {
      await adapter.select({ table: thingsOf([name, 892, 0, 0]), fields: ['it'], limit: 1, as: 'rows' }, calm)
      expect(server.heard.at(-1)).toContain('cast("t"."it" as nvarchar(max))')
    }
  })
})

describe('a value that is written', () => {
  const BIGINT = (number: bigint) => [0x26, 8, 8, ...little(number, 8)]
  const TEXT = wide

  test.each<[string, Native, Value, string, readonly number[]]>([
    ['bigint', ['bigint', 8, 19, 0], 9_223_372_036_854_775_807n, '"it" = @1', BIGINT(2n ** 63n - 1n)],
    ['int', ['int', 4, 10, 0], -1, '"it" = @1', BIGINT(-1n)],
    ['bit', ['bit', 1, 1, 0], true, '"it" = @1', BIGINT(1n)],
    [
      'decimal(38,10)',
      ['decimal', 17, 38, 10],
      '-1000000000000000000000000000.0000000001',
      '"it" = @1',
      [17, 0, ...little(10n ** 37n + 1n, 16)],
    ],
    [
      'money',
      ['money', 8, 19, 4],
      '922337203685477.5807',
      '"it" = @1',
      [1, ...little(9_223_372_036_854_775_807n, 8)],
    ],
    ['float', ['float', 8, 53, 0], 0.1, '"it" = @1', [8, 0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f]],
    [
      'datetime2(7)',
      ['datetime2', 8, 27, 7],
      '2024-02-29T12:30:45.1234567',
      '"it" = @1',
      TEXT('2024-02-29 12:30:45.1234567'),
    ],
    [
      'datetime2(7) with an offset',
      ['datetime2', 8, 27, 7],
      '2024-02-29T12:30:45.1234567+02:00',
      '"it" = @1',
      TEXT('2024-02-29 10:30:45.1234567'),
    ],
    [
      'datetimeoffset(7)',
      ['datetimeoffset', 10, 34, 7],
      '2024-02-29T12:30:45.1234567-0530',
      '"it" = @1',
      TEXT('2024-02-29 12:30:45.1234567 -05:30'),
    ],
    [
      'datetime',
      ['datetime', 8, 23, 3],
      '2024-02-29 12:30:45.1234567',
      '"it" = cast(@1 as datetime2)',
      TEXT('2024-02-29 12:30:45.1234567'),
    ],
    ['time(7)', ['time', 5, 16, 7], '12:30:45.1234567', '"it" = @1', TEXT('12:30:45.1234567')],
    ['date', ['date', 3, 10, 0], '2024-02-29', '"it" = @1', TEXT('2024-02-29')],
    [
      'uniqueidentifier',
      ['uniqueidentifier', 16, 0, 0],
      '12345678-ABCD-EF12-90AB-0102030405FF',
      '"it" = @1',
      TEXT('12345678-ABCD-EF12-90AB-0102030405FF'),
    ],
    [
      'varbinary(max)',
      ['varbinary', -1, 0, 0],
      new Uint8Array([0, 0xff, 0x80]),
      '"it" = @1',
      [0, 0xff, 0x80],
    ],
    ['nvarchar(max)', ['nvarchar', -1, 0, 0], 'a 🦊 b', '"it" = @1', TEXT('a 🦊 b')],
    ['xml', ['xml', -1, 0, 0], '<a>1</a>', '"it" = @1', TEXT('<a>1</a>')],
    ['hierarchyid', ['hierarchyid', 892, 0, 0], '/1/3/', '"it" = cast(@1 as hierarchyid)', TEXT('/1/3/')],
    ['sql_variant', ['sql_variant', 8016, 0, 0], '5', '"it" = cast(@1 as nvarchar(4000))', TEXT('5')],
  ])('%s', async (_type, native, given, statement, bytes) => {
    answer = done(0x10, 1)
    const things = thingsOf(native)
    await adapter.update(
      { table: things, set: { it: given }, where: { op: 'and', all: [] }, returning: [] },
      calm,
    )
    expect(server.heard.at(-1)).toContain(statement)
    expect(present(server.bodies.at(-1)).includes(Buffer.from(bytes))).toBe(true)
  })

  test('text of 4001 characters and bytes of 8001 go as the large types', async () => {
    answer = done(0x10, 1)
    await adapter.update(
      {
        table: thingsOf(['nvarchar', -1, 0, 0]),
        set: { it: 'é'.repeat(4001) },
        where: equals('it', 'x'),
        returning: [],
      },
      calm,
    )
    expect(server.heard.at(-1)).toContain('nvarchar(max)')
    expect(present(server.bodies.at(-1)).includes(Buffer.from(wide('é'.repeat(4001))))).toBe(true)
  })
})
