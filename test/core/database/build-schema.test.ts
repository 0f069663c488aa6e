import { describe, expect, test } from 'vitest'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import type { TableDefinition } from '../../../src/core/database/schema.ts'
import { present } from '../../contract/scene.ts'
import { field, id, reference, table, WORLD } from '../../contract/world.ts'

const authors = table('Authors', { fields: [id(), field('name', 'string')], primaryKey: ['id'] })

describe('tables', () => {
  test('are sorted by name', () => {
    const names = buildSchema(WORLD).tables.map(({ name }) => name)
    expect(names).toEqual(names.toSorted())
    expect(names).toHaveLength(WORLD.length)
  })

  test('and their fields are found by lower-cased name', () => {
    const schema = buildSchema([
      table('Mixed', { fields: [id('ID'), field('FirstName', 'string')], primaryKey: ['ID'] }),
    ])
    const mixed = present(schema.tableByName.get('mixed'))
    expect(mixed.name).toBe('Mixed')
    expect(mixed.fieldByName.get('firstname')?.name).toBe('FirstName')
    expect(schema.tableByName.get('Mixed')).toBeUndefined()
  })

  test('keep what the engine said of them', () => {
    const [definition] = WORLD
    expect(present(buildSchema(WORLD).tableByName.get('customers'))).toMatchObject(present(definition))
  })
})

describe('the version', () => {
  test('is the same whatever the order the engine lists tables in', () => {
    expect(buildSchema(WORLD.toReversed()).version).toBe(buildSchema(WORLD).version)
  })

  test('changes with a field', () => {
    const longer = { ...authors, fields: [...authors.fields, field('born', 'date')] }
    expect(buildSchema([longer]).version).not.toBe(buildSchema([authors]).version)
  })
})

describe('relations', () => {
  const books = table('books', {
    fields: [id(), field('author_id', 'integer')],
    primaryKey: ['id'],
    foreignKeys: [reference(['author_id'], 'Authors', ['id'], { onDelete: 'CASCADE', onUpdate: 'SET NULL' })],
  })

  test('go both ways', () => {
    const rules = { onDelete: 'CASCADE', onUpdate: 'SET NULL' }
    expect(relationsOf([authors, books], 'books')).toEqual([
      {
        name: 'Authors_by_author_id',
        type: 'belongs_to',
        fields: ['author_id'],
        refTable: 'Authors',
        refFields: ['id'],
        ...rules,
      },
    ])
    expect(relationsOf([authors, books], 'Authors')).toEqual([
      {
        name: 'books_by_author_id',
        type: 'has_many',
        fields: ['id'],
        refTable: 'books',
        refFields: ['author_id'],
        ...rules,
      },
    ])
  })

  test('find the other table whatever the case the key spells it in', () => {
    const shouting = { ...books, foreignKeys: [reference(['author_id'], 'AUTHORS', ['id'])] }
    expect(relationsOf([authors, shouting], 'books')).toMatchObject([{ refTable: 'Authors' }])
  })

  test('lead to the primary key when the foreign key names no fields', () => {
    const short = { ...books, foreignKeys: [reference(['author_id'], 'Authors', [])] }
    expect(relationsOf([authors, short], 'books')).toMatchObject([{ refFields: ['id'] }])
    expect(relationsOf([authors, short], 'Authors')).toMatchObject([{ fields: ['id'] }])
  })

  test('to a table that is not there are left out', () => {
    expect(relationsOf([books], 'books')).toEqual([])
  })

  test('name every field of a composite key', () => {
    const parts = table('parts', {
      fields: [field('a', 'integer'), field('b', 'integer')],
      primaryKey: ['a', 'b'],
    })
    const uses = table('uses', {
      fields: [id(), field('part_a', 'integer'), field('part_b', 'integer')],
      primaryKey: ['id'],
      foreignKeys: [reference(['part_a', 'part_b'], 'parts', ['a', 'b'])],
    })
    expect(namesOf([parts, uses], 'parts')).toEqual(['uses_by_part_a_part_b: has_many'])
    expect(namesOf([parts, uses], 'uses')).toEqual(['parts_by_part_a_part_b: belongs_to'])
  })
})

describe('has_one', () => {
  const profile = table('profiles', {
    fields: [id(), field('author_id', 'integer')],
    primaryKey: ['id'],
    foreignKeys: [reference(['author_id'], 'Authors', ['id'])],
  })

  test('is the other end of a key that is unique', () => {
    const unique = { ...profile, uniqueKeys: [['author_id']] }
    expect(namesOf([authors, unique], 'Authors')).toEqual(['profiles_by_author_id: has_one'])
    expect(namesOf([authors, unique], 'profiles')).toEqual(['Authors_by_author_id: belongs_to'])
  })

  test('is the other end of a key that is the primary key', () => {
    const primary = { ...profile, primaryKey: ['author_id'] }
    expect(namesOf([authors, primary], 'Authors')).toEqual(['profiles_by_author_id: has_one'])
  })

  test('is not the other end of a part of a key', () => {
    const part = { ...profile, primaryKey: ['author_id', 'id'], uniqueKeys: [['id', 'author_id']] }
    expect(namesOf([authors, part], 'Authors')).toEqual(['profiles_by_author_id: has_many'])
  })

  test('does not depend on the order of the fields of a key', () => {
    const pair = table('pairs', {
      fields: [field('a', 'integer'), field('b', 'integer')],
      primaryKey: ['a', 'b'],
    })
    const detail = table('details', {
      fields: [field('x', 'integer'), field('y', 'integer')],
      uniqueKeys: [['y', 'x']],
      foreignKeys: [reference(['x', 'y'], 'pairs', ['a', 'b'])],
    })
    expect(namesOf([pair, detail], 'pairs')).toEqual(['details_by_x_y: has_one'])
  })
})

describe('self references', () => {
  test('keep both ends, under two names', () => {
    expect(namesOf(WORLD, 'categories')).toEqual([
      'categories_by_parent_id: has_many',
      'categories_by_parent_id_parent: belongs_to',
    ])
  })
})

describe('many_many', () => {
  test('goes through a junction, both ways', () => {
    const [toTags] = relationsOf(WORLD, 'orders').filter(({ type }) => type === 'many_many')
    expect(toTags).toMatchObject({
      name: 'tags_by_order_tags',
      fields: ['id'],
      refTable: 'tags',
      refFields: ['id'],
      junction: { table: 'order_tags', fields: ['order_id'], refFields: ['tag_id'] },
    })
    expect(namesOf(WORLD, 'tags')).toEqual([
      'order_tags_by_tag_id: has_many',
      'orders_by_order_tags: many_many',
    ])
  })

  test('gives each way through a junction a name of its own', () => {
    const matches = table('matches', {
      fields: [field('season_id', 'integer'), field('home_id', 'integer'), field('away_id', 'integer')],
      primaryKey: ['season_id', 'home_id', 'away_id'],
      foreignKeys: [
        reference(['season_id'], 'seasons', ['id']),
        reference(['home_id'], 'teams', ['id']),
        reference(['away_id'], 'teams', ['id']),
      ],
    })
    const tables = [
      matches,
      table('seasons', { fields: [id()], primaryKey: ['id'] }),
      table('teams', { fields: [id()], primaryKey: ['id'] }),
    ]
    expect(namesOf(tables, 'seasons')).toEqual([
      'matches_by_season_id: has_many',
      'teams_by_matches: many_many',
      'teams_by_matches_2: many_many',
    ])
    expect(namesOf(tables, 'teams')).toEqual([
      'matches_by_away_id: has_many',
      'matches_by_home_id: has_many',
      'seasons_by_matches: many_many',
      'seasons_by_matches_2: many_many',
    ])
  })

  test('of every table have names that differ, whatever their case', () => {
    const lists = buildSchema(WORLD).tables.map(({ relations }) =>
      relations.map(({ name }) => name.toLowerCase()),
    )
    expect(lists.map((names) => new Set(names).size)).toEqual(lists.map((names) => names.length))
  })
})

function relationsOf(tables: readonly TableDefinition[], name: string) {
  return present(buildSchema(tables).tableByName.get(name.toLowerCase())).relations
}

function namesOf(tables: readonly TableDefinition[], name: string): string[] {
  return relationsOf(tables, name)
    .map((relation) => `${relation.name}: ${relation.type}`)
    .toSorted()
}
