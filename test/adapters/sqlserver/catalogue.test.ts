import { expect, test } from 'vitest'
import { columnDefault } from '../../../adapters/database/sqlserver/column-default.ts'
import { columnType } from '../../../adapters/database/sqlserver/column-type.ts'
import { describeTables } from '../../../adapters/database/sqlserver/describe-tables.ts'
import { shownName, splitName } from '../../../adapters/database/sqlserver/table-name.ts'

/** learn.microsoft.com/en-us/sql/relational-databases/system-catalog-views/sys-columns-transact-sql: bytes, −1 for max. */
test.each<[[string, number, number, number], object]>([
  [['nvarchar', 80, 0, 0], { type: 'string', dbType: 'nvarchar(40)', length: 40 }],
  [['nvarchar', -1, 0, 0], { type: 'text', dbType: 'nvarchar(max)' }],
  [['varchar', 40, 0, 0], { type: 'string', dbType: 'varchar(40)', length: 40 }],
  [['varbinary', -1, 0, 0], { type: 'binary', dbType: 'varbinary(max)' }],
  [['decimal', 9, 12, 2], { type: 'decimal', dbType: 'decimal(12,2)', precision: 12, scale: 2 }],
  [['money', 8, 19, 4], { type: 'money', dbType: 'money' }],
  [['datetime2', 8, 27, 7], { type: 'datetime', dbType: 'datetime2(7)' }],
  [['datetimeoffset', 10, 34, 7], { type: 'timestamptz', dbType: 'datetimeoffset(7)' }],
  [['time', 5, 16, 7], { type: 'time', dbType: 'time(7)' }],
  [['datetime', 8, 23, 3], { type: 'datetime', dbType: 'datetime' }],
  [['timestamp', 8, 0, 0], { type: 'binary', dbType: 'rowversion' }],
  [['hierarchyid', 892, 0, 0], { type: 'string', dbType: 'hierarchyid' }],
  [['uniqueidentifier', 16, 0, 0], { type: 'uuid', dbType: 'uniqueidentifier' }],
  [['bit', 1, 1, 0], { type: 'boolean', dbType: 'bit' }],
  [['bigint', 8, 19, 0], { type: 'bigint', dbType: 'bigint' }],
  [['real', 4, 24, 0], { type: 'float', dbType: 'real' }],
  [['float', 8, 53, 0], { type: 'double', dbType: 'float' }],
  [['xml', -1, 0, 0], { type: 'text', dbType: 'xml' }],
])('the type %j', ([name, maxLength, precision, scale], expected) => {
  expect(columnType({ name, maxLength, precision, scale })).toEqual(expected)
})

/** sys.default_constraints.definition, as the server rewrites what was declared. */
test.each<[string | null, Parameters<typeof columnDefault>[1], unknown]>([
  [null, 'string', undefined],
  ['(NULL)', 'string', undefined],
  ["(N'open')", 'string', 'open'],
  ["('it''s')", 'string', "it's"],
  ['((1))', 'integer', 1],
  ['((-1.50))', 'decimal', -1.5],
  ['((1))', 'boolean', true],
  ['((0))', 'boolean', false],
  ['((9223372036854775807.))', 'bigint', '9223372036854775807'],
  ['(getdate())', 'datetime', { expression: 'CURRENT_TIMESTAMP' }],
  ['(sysdatetime())', 'datetime', { expression: 'CURRENT_TIMESTAMP' }],
  ['(CONVERT([date],getdate()))', 'date', { expression: 'CURRENT_DATE' }],
  ['(newid())', 'uuid', { expression: 'newid()' }],
  ['((1)+(2))', 'integer', { expression: '(1)+(2)' }],
  ["(CAST(N'open' AS sys.nvarchar(20)))", 'string', 'open'],
  ['(CAST(0 AS numeric(12,2)))', 'decimal', 0],
  ["('open'::character varying)", 'string', 'open'],
])('the default %s of a %s', (definition, type, expected) => {
  expect(columnDefault(definition, type)).toEqual(expected)
})

test.each([
  ['dbo', 'orders', 'orders'],
  ['sales', 'orders', 'sales.orders'],
  ['dbo', 'a.b', 'dbo.a.b'],
  ['a.b', 'c', '"a.b".c'],
])('%s.%s is shown and found again', (schema, name, shown) => {
  expect(shownName(schema, name, 'dbo')).toBe(shown)
  expect(splitName(shown)).toEqual(shown === name ? { name } : { schema, name })
})

const column = {
  type: 'int',
  base: 'int',
  max_length: 4,
  precision: 10,
  scale: 0,
  nullable: false,
  is_identity: false,
  is_computed: false,
  default: null,
}
/**
 * Rows as these pages of learn.microsoft.com/en-us/sql/relational-databases/system-catalog-views describe them, their types as the driver
 * gives them (unpkg.com/tedious@18.2.0/lib/data-type.d.ts: int is a number, bit a boolean, bigint a text, nvarchar and sysname texts):
 * sys-tables-transact-sql, sys-columns-transact-sql (column_id int, max_length smallint, is_nullable, is_identity and is_computed bit),
 * sys-types-transact-sql, sys-indexes-transact-sql (is_unique bit, filter_definition nvarchar(max)), sys-index-columns-transact-sql,
 * sys-foreign-keys-transact-sql (delete_referential_action_desc nvarchar(60)), sys-check-constraints-transact-sql,
 * extended-properties-catalog-views-sys-extended-properties (major_id and minor_id int, value sql_variant),
 * sys-partitions-transact-sql (rows bigint), sys-default-constraints-transact-sql (definition nvarchar(max)).
 */
const NONE = { indexes: [], foreignKeys: [], checks: [], descriptions: [], estimates: [], periods: [] }

test('a table from the rows of the catalogue', () => {
  const [orders] = describeTables(
    {
      ...NONE,
      tables: [{ id: 1, schema: 'dbo', name: 'orders', is_view: 0 }],
      columns: [
        { ...column, id: 1, name: 'id', place: 1, is_identity: true },
        {
          ...column,
          id: 1,
          name: 'email',
          place: 2,
          type: 'mail',
          base: 'nvarchar',
          max_length: 240,
          nullable: true,
        },
        { ...column, id: 1, name: 'twice', place: 3, is_computed: true, nullable: true },
        { ...column, id: 1, name: 'version', place: 4, type: 'timestamp', base: 'timestamp', max_length: 8 },
        {
          ...column,
          id: 1,
          name: 'facts',
          place: 5,
          type: 'nvarchar',
          base: 'nvarchar',
          max_length: -1,
          nullable: true,
        },
        {
          ...column,
          id: 1,
          name: 'since',
          place: 6,
          type: 'datetime2',
          base: 'datetime2',
          max_length: 8,
          scale: 7,
        },
        { ...column, id: 1, name: 'customer', place: 7 },
      ],
      indexes: [
        { id: 1, name: 'PK', is_primary: true, is_unique: true, filter: null, field: 'id' },
        {
          id: 1,
          name: 'uq',
          is_primary: false,
          is_unique: true,
          filter: '([email] IS NOT NULL)',
          field: 'email',
        },
        {
          id: 1,
          name: 'part',
          is_primary: false,
          is_unique: true,
          filter: '([customer]>(3))',
          field: 'customer',
        },
        { id: 1, name: 'ix', is_primary: false, is_unique: false, filter: null, field: 'customer' },
      ],
      foreignKeys: [
        {
          id: 1,
          name: 'FK',
          field: 'customer',
          ref_id: 2,
          ref_field: 'id',
          on_update: 'NO_ACTION',
          on_delete: 'SET_NULL',
        },
      ],
      checks: [
        { id: 1, name: 'ck', definition: "(isjson((N'['+[facts])+N']')=(1))" },
        { id: 1, name: 'positive', definition: '([customer]>(0))' },
      ],
      descriptions: [
        { id: 1, place: 0, text: 'What was ordered' },
        { id: 1, place: 2, text: 'Where to write to' },
      ],
      estimates: [{ id: 1, count: '1200' }],
      periods: [{ id: 1, place: 6 }],
    },
    new Map([
      ['1', 'orders'],
      ['2', 'sales.customers'],
    ]),
  )
  expect(orders).toMatchObject({
    name: 'orders',
    description: 'What was ordered',
    primaryKey: ['id'],
    uniqueKeys: [['email']],
    indexedFields: ['customer'],
    rowEstimate: 1200,
    foreignKeys: [
      { fields: ['customer'], refTable: 'sales.customers', onDelete: 'SET NULL', onUpdate: 'NO ACTION' },
    ],
    checks: [
      { name: 'ck', fields: ['facts'] },
      { name: 'positive', fields: ['customer'] },
    ],
  })
  expect(orders?.fields).toMatchObject([
    { name: 'id', type: 'id', autoIncrement: true, isGenerated: false },
    { name: 'email', type: 'string', length: 120, allowNull: true, description: 'Where to write to' },
    { name: 'twice', isGenerated: true },
    { name: 'version', type: 'binary', dbType: 'rowversion', isGenerated: true },
    { name: 'facts', type: 'json' },
    { name: 'since', type: 'datetime', isGenerated: true },
    { name: 'customer', type: 'reference' },
  ])
})
