import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCatalogue } from '../../../adapters/database/mysql/catalogue.ts'
import type { Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { createDatabase } from './server.ts'

const calm = { signal: new AbortController().signal }
const reach = await reachServer('mysql')

describe.skipIf(reach !== 'reachable')(`the catalogue of a MySQL server (${reach})`, async () => {
  if (reach !== 'reachable') return
  const database = await createDatabase()
  const other = await createDatabase()
  const { run, connection, isMariaDb, name: databaseName } = database
  const otherName = other.name
  let tables: readonly TableDefinition[] = []

  const table = (name: string): TableDefinition => found(tables, name)
  const field = (ofTable: string, name: string): Field => found(table(ofTable).fields, name)
  const defaultOf = (name: string) => field('defaults', name).default

  beforeAll(async () => {
    await run(...WORLD, `create table ${otherName}.elsewhere (id int primary key) comment = 'Far away'`)
    await run(
      `create table ${otherName}.child (id int primary key, foreign key (id) references elsewhere (id))`,
    )
    await run(
      `create table points_away (id int primary key, foreign key (id) references ${otherName}.elsewhere (id))`,
    )
    tables = await readCatalogue(connection, { schema: '' }, calm)
  })

  afterAll(async () => {
    await database.drop()
    await other.drop()
  })

  test('names each native type and its simple type', () => {
    const types = table('types').fields.map(({ name, type }) => `${name} ${type}`)
    expect(types).toEqual([
      'id id',
      'tiny integer',
      'flag boolean',
      'small integer',
      'medium integer',
      'big bigint',
      'bit_one boolean',
      'bit_many integer',
      'bit_all bigint',
      'year_of integer',
      'exact decimal',
      'rounded float',
      'rough double',
      'day date',
      'clock time',
      'moment datetime',
      'instant timestamp',
      'code string',
      'letters string',
      'words text',
      'hash binary',
      'picture binary',
      'document json',
      'place text',
    ])
  })

  test('tells length, precision, scale and sign', () => {
    expect(field('types', 'exact')).toMatchObject({ precision: 20, scale: 5, dbType: 'decimal(20,5)' })
    expect(field('types', 'letters')).toMatchObject({ length: 40, dbType: 'varchar(40)' })
    expect(field('types', 'hash')).toMatchObject({ length: 16 })
    expect(field('types', 'big').dbType).toMatch(/^bigint(\(20\))? unsigned$/)
  })

  test.runIf(isMariaDb)('knows the types that only MariaDB has', async () => {
    await run('create table maria (u uuid, a inet4, b inet6)')
    const fields = found(await readCatalogue(connection, { schema: '' }, calm), 'maria').fields
    await run('drop table maria')
    expect(fields.map(({ type }) => type)).toEqual(['uuid', 'string', 'string'])
  })

  test('keeps long text that is merely checked apart from JSON', () => {
    expect(field('checked', 'note').type).toBe('text')
    expect(field('checked', 'valid_or_empty').type).toBe('text')
  })

  test('lists the values of enums and sets, whatever characters they have', () => {
    expect(field('choices', 'one').values).toEqual(['a', "it's", 'c,d', '', 'back\\slash', '"', 'ü', ')'])
    expect(field('choices', 'many').values).toEqual(['x', 'y z', "q'"])
    expect(field('choices', 'one').default).toBe("it's")
    expect(field('choices', 'many').default).toBe("x,q'")
  })

  test('tells literals from expressions in defaults', () => {
    expect(defaultOf('none')).toBeUndefined()
    expect(defaultOf('is_null')).toBeUndefined()
    expect(defaultOf('word_null')).toBe('NULL')
    expect(defaultOf('text')).toBe("it's a \\ \n")
    expect(defaultOf('empty')).toBe('')
    expect(defaultOf('like_function')).toBe('current_timestamp()')
    expect(defaultOf('number_text')).toBe('007')
    expect(defaultOf('number')).toBe(-5)
    expect(defaultOf('huge')).toBe('18446744073709551615')
    expect(defaultOf('price')).toBe(1.5)
    expect(defaultOf('exact')).toBe('123456789012345.67890')
    expect(defaultOf('rough')).toBe(0.25)
    expect(defaultOf('yes')).toBe(true)
    expect(defaultOf('bit_no')).toBe(false)
    expect(defaultOf('bits')).toBe(5)
    expect(defaultOf('day')).toBe('2020-01-31')
  })

  test('gives moments in the words of the standard', () => {
    expect(defaultOf('created')).toEqual({ expression: 'CURRENT_TIMESTAMP' })
    expect(defaultOf('updated')).toEqual({ expression: 'CURRENT_TIMESTAMP(3)' })
    expect(defaultOf('today')).toEqual({ expression: 'CURRENT_DATE' })
  })

  test('gives other expressions as they are', () => {
    expect(defaultOf('computed')).toEqual({ expression: expect.stringMatching(/^\(?1 ?\+ ?1\)?$/) })
    expect(defaultOf('joined')).toEqual({ expression: expect.stringMatching(/^concat\(/) })
  })

  test('marks generated columns, which have no default', () => {
    const generated = table('generated').fields.filter(({ isGenerated }) => isGenerated)
    expect(generated.map(({ name }) => name)).toEqual(['twice', 'thrice'])
    expect(generated.every((one) => one.default === undefined)).toBe(true)
    expect(field('defaults', 'computed').isGenerated).toBe(false)
  })

  test('lists invisible columns like any other', () => {
    expect(field('hidden_column', 'secret')).toMatchObject({ type: 'integer', default: 3 })
  })

  test('reads keys of several columns in their order', () => {
    expect(table('many_keys')).toMatchObject({ primaryKey: ['b', 'a'], uniqueKeys: [['d', 'c']] })
    expect(table('points').foreignKeys).toEqual([
      {
        name: 'to_many',
        fields: ['x', 'y'],
        refTable: 'many_keys',
        refFields: ['b', 'a'],
        onUpdate: 'CASCADE',
        onDelete: 'SET NULL',
      },
      {
        name: 'to_types',
        fields: ['z'],
        refTable: 'types',
        refFields: ['id'],
        onUpdate: 'NO ACTION',
        onDelete: 'NO ACTION',
      },
    ])
    expect(field('points', 'z').type).toBe('reference')
    expect(field('points', 'x').type).toBe('integer')
  })

  test('takes no unique index on beginnings of texts for a unique key', () => {
    expect(table('prefixes').uniqueKeys).toEqual([['whole']])
    expect(table('prefixes').indexedFields).toEqual(['searched'])
  })

  test('names the fields of check constraints', () => {
    const checks = table('checked').checks ?? []
    expect(checks).toContainEqual({ name: 'both sides', fields: ['low', 'high'] })
  })

  test('gives comments as descriptions, and none to views', () => {
    expect(table('commented').description).toBe("The table's comment")
    expect(field('commented', 'id').description).toBe('Say "hello"')
    expect(field('commented', 'other').description).toBeUndefined()
    expect(table('shown').description).toBeUndefined()
  })

  test('describes views with the types of their columns', () => {
    expect(table('shown')).toMatchObject({ isView: true, primaryKey: [], uniqueKeys: [] })
    expect(table('shown').rowEstimate).toBeUndefined()
    expect(table('shown').fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'number integer',
      'flag boolean',
      'paper json',
      'rows_of bigint',
    ])
    expect(field('a_view_of_a_view', 'paper').type).toBe('json')
  })

  test('leaves out a view whose table is gone', () => {
    expect(tables.map(({ name }) => name)).not.toContain('broken')
  })

  test('estimates rows without counting them', () => {
    expect(table('types').rowEstimate).toEqual(expect.any(Number))
  })

  test.each(ODD_NAMES)('keeps the name %j', (name) => {
    expect(table(name).fields.map((one) => one.name)).toEqual(['id', name])
    expect(table(name).indexedFields).toEqual([name])
    expect(table(name).foreignKeys).toMatchObject([{ fields: [name], refTable: name, refFields: ['id'] }])
    expect(table(name).checks).toContainEqual({ name: `c_${name}`, fields: [name] })
  })

  test('leaves out keys that point into another database', () => {
    expect(table('points_away').foreignKeys).toEqual([])
  })

  test('lists the tables of one database only', async () => {
    expect(tables.map(({ name }) => name)).not.toContain('elsewhere')
    expect(await readCatalogue(connection, { schema: 'default' }, calm)).toEqual(tables)
    expect(await readCatalogue(connection, { schema: databaseName }, calm)).toEqual(tables)
    expect(await readCatalogue(connection, { schema: 'no_such_database' }, calm)).toEqual([])
  })

  test('gives the tables of a database that is named its name', async () => {
    const far = await readCatalogue(connection, { schema: otherName }, calm)
    expect(far.map(({ name }) => name)).toEqual([`${otherName}.child`, `${otherName}.elsewhere`])
    expect(far[0]?.foreignKeys).toMatchObject([{ refTable: `${otherName}.elsewhere` }])
    expect(far[1]?.description).toBe('Far away')
  })

  test('takes the same number of statements for any number of tables', async () => {
    let statements = 0
    const counting: typeof connection = {
      read: (...call) => {
        statements++
        return connection.read(...call)
      },
    }
    await readCatalogue(counting, { schema: '' }, calm)
    const forMany = statements
    await readCatalogue(counting, { schema: otherName }, calm)
    expect(statements).toBe(2 * forMany)
    expect(forMany).toBeLessThanOrEqual(8)
  })
})

const ODD_NAMES = [
  'a.b',
  'Upper Case',
  "it's",
  '"quoted"',
  'back`tick',
  'select',
  'näme 名前',
  'a%_b',
  'back\\slash',
]

const WORLD = [
  `create table types (
    id int unsigned auto_increment primary key, tiny tinyint unsigned, flag tinyint(1), small smallint, medium mediumint,
    big bigint unsigned, bit_one bit(1), bit_many bit(8), bit_all bit(64), year_of year, exact decimal(20,5), rounded float,
    rough double, day date, clock time(3), moment datetime(6), instant timestamp null, code char(2), letters varchar(40),
    words mediumtext, hash binary(16), picture longblob, document json, place point)`,
  String.raw`create table choices (
    one enum('a', 'it''s', 'c,d', '', 'back\\slash', '"', 'ü', ')') default 'it''s',
    many set('x', 'y z', 'q''') default 'x,q''')`,
  String.raw`create table defaults (
    none int not null, is_null varchar(9) default null, word_null varchar(9) default 'NULL',
    text varchar(40) default 'it''s a \\ \n', empty varchar(9) not null default '',
    like_function varchar(40) default 'current_timestamp()', number_text varchar(9) default '007', number int default -5,
    huge bigint unsigned default 18446744073709551615, price decimal(10,2) default 1.50,
    exact decimal(20,5) default 123456789012345.67890, rough double default 0.25, yes tinyint(1) default 1,
    bit_no bit(1) default b'0', bits bit(8) default b'101', day date default '2020-01-31',
    created timestamp not null default current_timestamp,
    updated datetime(3) default current_timestamp(3) on update current_timestamp(3),
    today date default (curdate()), computed int default (1 + 1), joined varchar(20) default (concat('a', 'b')))`,
  `create table generated (amount int default 1, twice int as (amount * 2) virtual, thrice int as (amount * 3) stored)`,
  'create table hidden_column (id int primary key, secret int invisible default 3)',
  `create table many_keys (a int, b int, c int, d int, primary key (b, a), unique key (d, c))`,
  `create table points (x int, y int, z int unsigned, key (x, y),
    constraint to_many foreign key (x, y) references many_keys (b, a) on update cascade on delete set null,
    constraint to_types foreign key (z) references types (id) on update no action on delete no action)`,
  `create table prefixes (half varchar(200), whole varchar(100) unique, searched varchar(200), unique key (half(10)),
    key (searched), key (half(5)))`,
  `create table checked (low int, high int, note longtext, valid_or_empty longtext,
    constraint \`both sides\` check (low < high), check (note <> ''),
    check (valid_or_empty = '' or json_valid(valid_or_empty)))`,
  `create table commented (id int comment 'Say "hello"', other int) comment = 'The table''s comment'`,
  `create view shown as select t.small as number, t.flag, t.document as paper, count(*) as rows_of from types t
    group by t.small, t.flag, t.document`,
  'create view a_view_of_a_view as select paper from shown',
  'create table gone (id int)',
  'create view broken as select id from gone',
  'drop table gone',
  ...ODD_NAMES.map((name) => {
    const quoted = `\`${name.replaceAll('`', '``')}\``
    const check = `\`c_${name.replaceAll('`', '``')}\``
    return `create table ${quoted} (id int primary key, ${quoted} int, key (${quoted}),
      foreign key (${quoted}) references ${quoted} (id), constraint ${check} check (${quoted} > 0))`
  }),
]

function found<T extends { readonly name: string }>(list: readonly T[], name: string): T {
  const one = list.find((each) => each.name === name)
  if (!one) throw new Error(`there is no ${name}`)
  return one
}
