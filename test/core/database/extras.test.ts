import { expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { NO_EXTRAS, NO_TABLE_EXTRAS, type TableExtras } from '../../../src/core/database/extras.ts'
import { findByName } from '../../../src/core/names.ts'
import { field, reference, table } from '../../contract/world.ts'

const numbers = (...names: readonly string[]) => names.map((name) => field(name, 'integer'))
const TABLES = [
  table('authors', { fields: numbers('id', 'code'), primaryKey: ['id'] }),
  table('books', {
    fields: numbers('id', 'author_id', 'code'),
    primaryKey: ['id'],
    uniqueKeys: [['author_id', 'code']],
    foreignKeys: [reference(['author_id'], 'authors', ['id'])],
  }),
  table('links', { fields: numbers('id', 'author_code', 'book_code'), primaryKey: ['id'] }),
]

function schemaWith(extras: Readonly<Record<string, Partial<TableExtras>>>) {
  const tables = new Map(
    Object.entries(extras).map(([name, some]) => [name, { ...NO_TABLE_EXTRAS, ...some }]),
  )
  return buildSchema(TABLES, {
    extras: { ...NO_EXTRAS, version: JSON.stringify(extras), tables },
    serviceName: (id) => (id === 4 ? 'crm' : undefined),
  })
}
const tableOf = (schema: ReturnType<typeof schemaWith>, name: string) => {
  const found = schema.tableByName.get(name)
  if (!found) throw new Error(`no ${name}`)
  return found
}

test('nothing kept leaves the schema as it is', () => {
  const { version: _, ...plain } = buildSchema(TABLES)
  const { version: __, ...same } = schemaWith({})
  expect(same).toEqual(plain)
})

test('an alias is the name of a field everywhere, and the column is known beside it', () => {
  const schema = schemaWith({
    authors: { fields: { id: { alias: 'number' } } },
    books: { fields: { author_id: { alias: 'writer' }, id: { alias: 'isbn', label: 'ISBN' } } },
  })
  const books = tableOf(schema, 'books')
  expect(books.fields.map(({ name, column }) => [name, column])).toEqual([
    ['isbn', 'id'],
    ['writer', 'author_id'],
    ['code', undefined],
  ])
  expect(books).toMatchObject({
    primaryKey: ['isbn'],
    uniqueKeys: [['writer', 'code']],
    foreignKeys: [{ fields: ['writer'], refFields: ['number'] }],
    relations: [{ name: 'authors_by_author_id', fields: ['writer'], refFields: ['number'] }],
  })
  expect(findByName(books.fieldByName, 'WRITER')?.column).toBe('author_id')
  expect(findByName(books.fieldByName, 'Author_Id')?.name).toBe('writer')
  expect(tableOf(schema, 'authors').relations).toMatchObject([
    { name: 'books_by_author_id', fields: ['number'], refFields: ['writer'] },
  ])
})

test.each([
  ['the name of another column', { id: { alias: 'CODE' } }, ['id', 'author_id', 'code']],
  [
    'of two columns goes to the first',
    { id: { alias: 'a' }, code: { alias: 'A' } },
    ['a', 'author_id', 'code'],
  ],
])('an alias that is %s', (_, fields, names) => {
  expect(tableOf(schemaWith({ books: { fields } }), 'books').fields.map(({ name }) => name)).toEqual(names)
})

test('the alias of a table is no name in the schema, and never that of another table', () => {
  const schema = schemaWith({
    books: { alias: 'works' },
    authors: { alias: 'Links' },
    links: { alias: 'WORKS' },
  })
  expect(tableOf(schema, 'books').alias).toBe('works')
  expect(tableOf(schema, 'authors').alias).toBeUndefined()
  expect(tableOf(schema, 'links').alias).toBeUndefined()
  expect(findByName(schema.tableByName, 'works')).toBeUndefined()
})

test('relations may be virtual, through a junction, and in another service', () => {
  const schema = schemaWith({
    authors: {
      virtualRelations: [
        {
          type: 'has_many',
          fields: ['code'],
          refTable: 'LINKS',
          refFields: ['Author_Code'],
          alwaysFetch: true,
        },
        {
          type: 'many_many',
          fields: ['code'],
          refTable: 'books',
          refFields: ['code'],
          junction: { table: 'links', fields: ['author_code'], refFields: ['book_code'] },
        },
        {
          type: 'belongs_to',
          fields: ['code'],
          refServiceId: 4,
          refTable: 'people',
          refFields: ['id'],
          alias: 'person',
        },
        { type: 'belongs_to', fields: ['code'], refServiceId: 5, refTable: 'gone', refFields: ['id'] },
        { type: 'belongs_to', fields: ['nowhere'], refTable: 'books', refFields: ['id'] },
      ],
    },
  })
  expect(tableOf(schema, 'authors').relations).toEqual([
    expect.objectContaining({ name: 'books_by_author_id' }),
    {
      name: 'links_by_author_code',
      type: 'has_many',
      fields: ['code'],
      refTable: 'links',
      refFields: ['author_code'],
      onUpdate: '',
      onDelete: '',
      isVirtual: true,
      alwaysFetch: true,
    },
    expect.objectContaining({
      name: 'books_by_links',
      junction: { table: 'links', fields: ['author_code'], refFields: ['book_code'] },
    }),
    expect.objectContaining({
      name: 'crm_people_by_code',
      refService: 'crm',
      refServiceId: 4,
      refTable: 'people',
      alias: 'person',
    }),
  ])
})

test('the version changes with what is kept', () => {
  const versions = [{}, { books: { label: 'A' } }, { books: { label: 'B' } }].map(
    (extras) => schemaWith(extras).version,
  )
  expect(new Set(versions).size).toBe(3)
})
