import { expect, test } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { calm } from '../../contract/scene.ts'
import { doubleDriver } from './double.ts'

type Cells = readonly (string | number | null)[]

const STANDARD: readonly (readonly [RegExp, readonly Cells[]])[] = [
  [
    /REFERENTIAL_CONSTRAINTS/,
    [['dbo', 'orders', 'fk', 'buyer', 'dbo', 'people', 'id', 'NO ACTION', 'CASCADE']],
  ],
  [
    /TABLE_CONSTRAINTS/,
    [
      ['dbo', 'people', 'pk_people', 'PRIMARY KEY', 'id'],
      ['dbo', 'orders', 'pk_orders', 'PRIMARY KEY', 'id'],
    ],
  ],
  [/columnproperty/, [['dbo', 'people', 'id']]],
  [
    /INFORMATION_SCHEMA\.COLUMNS/,
    [
      ['dbo', 'orders', 'id', 1, 'int', null, 10, 0, null, 'NO', null],
      ['dbo', 'orders', 'buyer', 2, 'int', null, 10, 0, null, 'YES', null],
      ['dbo', 'people', 'id', 1, 'int', null, 10, 0, null, 'NO', null],
      ['dbo', 'people', 'name', 2, 'nvarchar', 40, null, null, null, 'YES', null],
    ],
  ],
  [
    /INFORMATION_SCHEMA\.TABLES/,
    [
      ['dbo', 'orders', 'BASE TABLE'],
      ['dbo', 'people', 'BASE TABLE'],
    ],
  ],
]

/** A server whose own views are there and say nothing. */
async function schemaOf(standard: typeof STANDARD) {
  const driver = doubleDriver(async () => ({
    run: async ({ sql }) => {
      const rows = standard.find(([words]) => words.test(sql))?.[1] ?? []
      return { sets: [{ columns: [], rows: /schema_name/.test(sql) ? [['dbo']] : rows }] }
    },
    cancel: async () => {},
    reset: async () => {},
    close: () => {},
  }))
  const config = sqlserverConfig.parse({ host: 'double', database: 'shop' })
  const adapter = await openSqlserver(config, { baseDir: '.', statementTimeoutMs: 20_000, driver })
  return adapter.readSchema(calm).finally(() => adapter.close())
}

test('views that are there and empty are asked no further: those of the standard tell', async () => {
  expect(await schemaOf(STANDARD)).toMatchObject([
    {
      name: 'orders',
      primaryKey: ['id'],
      foreignKeys: [{ fields: ['buyer'], refTable: 'people', refFields: ['id'], onDelete: 'CASCADE' }],
    },
    { name: 'people', primaryKey: ['id'], fields: [{ name: 'id', autoIncrement: true }, { name: 'name' }] },
  ])
})

test('a database without tables has none', async () => {
  expect(await schemaOf([])).toEqual([])
  expect(await schemaOf(STANDARD.filter(([words]) => !/TABLES/.test(words.source)))).toEqual([])
})
