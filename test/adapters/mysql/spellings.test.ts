import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { DatabaseAdapter } from '../../../src/core/database/adapter.ts'
import { listRecords } from '../../../src/operations/database/list-records.ts'
import { reachServer } from '../../contract/servers/test-server.ts'
import { serviceOn } from '../../helpers/shop.ts'
import { createDatabase, type TestDatabase } from './server.ts'
import { openService } from './service.ts'

const reached = await reachServer('mysql')

/** Words, what uses them, and pages that link both. */
function tables(prefix: string, collation: string, words: string): string[] {
  const code = `varchar(20) character set utf8mb4 collate ${collation}`
  const refers = `foreign key (code) references ${prefix}_words (code)`
  return [
    `create table ${prefix}_words (code ${code} primary key)`,
    `create table ${prefix}_uses (id int primary key, code ${code}, ${refers})`,
    `create table ${prefix}_pages (id int primary key)`,
    `create table ${prefix}_links (code ${code}, page int, primary key (code, page), ${refers},
      foreign key (page) references ${prefix}_pages (id))`,
    `insert into ${prefix}_words values ${words}`,
    `insert into ${prefix}_uses values (1, 'Ab'), (2, 'ab'), (3, null), (4, 'c')`,
    `insert into ${prefix}_pages values (1), (2)`,
    `insert into ${prefix}_links values ('Ab', 1), ('ab', 2)`,
  ]
}

describe.skipIf(reached !== 'reachable')(
  `keys in several spellings on MySQL and MariaDB (${reached})`,
  () => {
    let database: TestDatabase
    let adapter: DatabaseAdapter
    beforeAll(async () => {
      database = await createDatabase()
      await database.run(...tables('any', 'utf8mb4_general_ci', `('Ab'), ('c')`))
      await database.run(...tables('exact', 'utf8mb4_bin', `('Ab'), ('ab'), ('c')`))
      adapter = await openService(database.url)
    })
    afterAll(async () => {
      await adapter.close()
      await database.drop()
    })
    const read = async (table_name: string, related: string, filter?: string, fields = ['id']) => {
      const related_options = { [related]: { fields: ['code'], ...(filter && { filter }) } }
      const asked = { table_name, related: [related], related_options, fields }
      const { rows = [] } = await serviceOn(adapter).run(listRecords, asked)
      return rows.map((row) => row[related])
    }

    test('lead to the record that the database takes them for', async () => {
      const one = { code: 'Ab' }
      expect(await read('any_uses', 'any_words_by_code')).toEqual([one, one, null, { code: 'c' }])
      expect(await read('any_pages', 'any_words_by_any_links')).toEqual([[one], [one]])
    })

    test('lead to it in letters with accents and with spaces at the end, too', async () => {
      await database.run(`insert into any_uses values (5, 'AB'), (6, 'Áb'), (7, 'ab ')`)
      const one = { code: 'Ab' }
      expect(await read('any_uses', 'any_words_by_code')).toEqual([
        one,
        one,
        null,
        { code: 'c' },
        one,
        one,
        one,
      ])
    })

    test('lead to it in letters that the collation writes with others', async () => {
      await database.run(
        ...tables(
          'uca',
          'utf8mb4_unicode_ci',
          `('Ab'), ('c'), ('Strasse'), ('Mass'), ('miss'), ('mis'), ('カラ')`,
        ),
        `insert into uca_uses values (5, 'Straße'), (6, 'STRASSE'), (7, 'MAß'), (8, 'miss'), (9, 'mis'), (10, 'miß'), (11, 'から')`,
      )
      const codes = await read('uca_uses', 'uca_words_by_code', `code != 'Ab'`)
      const street = { code: 'Strasse' }
      expect(codes.slice(4)).toEqual([
        street,
        street,
        { code: 'Mass' },
        { code: 'miss' },
        { code: 'mis' },
        { code: 'miss' },
        { code: 'カラ' },
      ])
      const back = await read('uca_words', 'uca_uses_by_code', undefined, ['code'])
      expect(back.flat()).toHaveLength(10)
    })

    test('lead to their own where the database tells them apart', async () => {
      const [upper, lower] = [{ code: 'Ab' }, { code: 'ab' }]
      expect(await read('exact_uses', 'exact_words_by_code')).toEqual([upper, lower, null, { code: 'c' }])
      const left = await read('exact_uses', 'exact_words_by_code', `code != 'ab'`)
      expect(left).toEqual([upper, null, null, { code: 'c' }])
      expect(await read('exact_pages', 'exact_words_by_exact_links')).toEqual([[upper], [lower]])
    })
  },
)
