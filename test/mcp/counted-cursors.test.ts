import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { required } from '../contract/required.ts'
import { mysqlDatabases } from '../contract/servers/mysql-databases.ts'
import { pgsqlDatabases } from '../contract/servers/pgsql-databases.ts'
import { ownDatabase, reachServer } from '../contract/servers/test-server.ts'
import { type House, keyOf, openHouseOn } from '../helpers/house.ts'

const TABLES = [
  'create table kinds (id integer primary key, name varchar(20) not null)',
  'create table goods (id integer primary key, kind_id integer not null references kinds (id), price integer not null)',
  'create table marks (kind varchar(20), n integer, note varchar(900))',
  "insert into kinds values (1, 'b'), (2, 'a'), (3, 'c')",
  `insert into goods values ${Array.from({ length: 12 }, (_, at) => `(${at + 1}, ${(at % 3) + 1}, 5)`).join()}`,
  'create table ties (kind varchar(20), n integer)',
  `insert into ties values ${Array.from({ length: 120 }, (_, at) => `('k${at % 2}', ${(at * 7) % 120})`).join()}`,
  'create view tied as select kind, n from ties',
  `insert into marks values ${Array.from({ length: 9 }, (_, at) => `('k${at % 2}', ${at}, '${'x'.repeat(900)}')`).join()}`,
]

interface World {
  readonly house: House
  close(): Promise<void>
}

const READ = { verbs: ['GET'], component: '*' }
const ROLES = { reader: [READ], other: [READ] }
const DECLARED = {
  name: 'marks_of',
  service: 'shop',
  description: 'Marks.',
  operation: 'get_table_data',
  parameters: [],
  arguments: { table_name: 'marks', fields: ['n'], limit: 4 },
}

async function openOnSqlite(): Promise<World> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-marks-'))
  const file = join(dir, 'marks.sqlite')
  const database = new Database(file)
  for (const sql of TABLES) database.exec(sql)
  database.close()
  const house = await openHouseOn({ type: 'sqlite', config: { database: file } }, ROLES, {
    tools: [DECLARED],
  })
  return { house, close: () => house.close().then(() => rm(dir, { recursive: true })) }
}

async function openOnServer(type: 'pgsql' | 'mysql'): Promise<World> {
  const own = await ownDatabase(type)
  const databases = { pgsql: pgsqlDatabases, mysql: mysqlDatabases }[type]
  for (const sql of TABLES) await databases.query(own.url, sql)
  const house = await openHouseOn({ type, config: { url: own.url } }, ROLES, { tools: [DECLARED] })
  return { house, close: () => house.close().then(own.drop) }
}

const ENGINES = [
  { type: 'sqlite', open: openOnSqlite, state: 'reachable' },
  ...(await Promise.all(
    (['pgsql', 'mysql'] as const).map(async (type) => ({
      type,
      open: () => openOnServer(type),
      state: await reachServer(type),
    })),
  )),
]

const counts = [{ function: 'COUNT', field: '*', alias: 'n' }]
const READS: readonly (readonly [string, string, object])[] = [
  ['groups', 'aggregate_data', { table_name: 'goods', aggregates: counts, group_by: ['id'] }],
  [
    'groups that are the same in the order',
    'aggregate_data',
    { table_name: 'goods', aggregates: counts, group_by: ['id'], order: 'n DESC' },
  ],
  [
    'groups by a related field',
    'aggregate_data',
    { table_name: 'goods', aggregates: counts, group_by: ['kinds_by_kind_id.name', 'id'] },
  ],
  ['rows of a table without a key', 'get_table_data', { table_name: 'marks', fields: ['kind', 'n'] }],
  [
    'rows without a key in an order',
    'get_table_data',
    { table_name: 'marks', order: 'n desc', fields: ['n'] },
  ],
  [
    'rows in the order of a related field',
    'get_table_data',
    { table_name: 'goods', order: 'kinds_by_kind_id.name' },
  ],
  [
    'rows with related ones in such an order',
    'get_table_data',
    { table_name: 'goods', order: 'kinds_by_kind_id.name', related: 'kinds_by_kind_id' },
  ],
]

for (const { type, open, state } of ENGINES) {
  const isLeftOut = state !== 'reachable' && !required.some((name) => name === type)
  describe.skipIf(isLeftOut)(
    `pages that only counting leads to, on ${isLeftOut ? `${type} (${state})` : type}`,
    () => {
      let world: World
      beforeAll(async () => {
        world = await open()
      })
      afterAll(() => world.close())

      const call = async (name: string, args: object, role = 'reader') =>
        Object((await world.house.tool(name, args, keyOf(role))).body).result
      /** All pages, from the first or from an empty cursor on. */
      const pages = async (name: string, args: object, first: object) => {
        const rows: object[] = []
        let more = first
        for (;;) {
          const { structuredContent: page } = await call(name, { ...args, limit: 4, ...more })
          rows.push(...page.rows)
          expect(typeof page.next_cursor).toBe(page.has_more ? 'string' : 'undefined')
          if (!page.has_more) return rows
          more = { cursor: page.next_cursor }
        }
      }

      test.each(READS)(
        '%s have a cursor, which leads through all of them once',
        async (_name, tool, args) => {
          const whole = (await call(tool, args)).structuredContent
          expect(whole.has_more).toBe(false)
          expect(whole.rows.length).toBeGreaterThan(8)
          expect(await pages(tool, args, {})).toEqual(whole.rows)
          expect(await pages(tool, args, { cursor: '' })).toEqual(whole.rows)
        },
      )

      test.each(READS)('a cursor of %s holds for its caller and request alone', async (_name, tool, args) => {
        const { next_cursor: cursor } = (await call(tool, { ...args, limit: 4 })).structuredContent
        const refused = async (more: object, role?: string) => {
          const { isError, content } = await call(tool, { ...args, limit: 4, cursor, ...more }, role)
          expect([more, isError]).toEqual([more, true])
          expect(content[0].text).toMatch(/^bad_request: /)
        }
        await refused({}, 'other')
        await refused({ filter: 'table_name' in args && args.table_name === 'goods' ? 'id > 0' : 'n > 0' })
        await refused({ offset: 4 })
        for (const changed of [
          `${cursor}x`,
          cursor.slice(1),
          `OTk${cursor.slice(cursor.indexOf('.'))}`,
          'x',
          '1.2',
        ])
          await refused({ cursor: changed })
      })

      test.each([
        ['ties', {}],
        ['tied', {}],
        ['tied', { format: 'json' }],
      ])('rows of %s that are the same in an order come once each, with %j', async (table_name, more) => {
        const args = { table_name, order: 'kind', fields: ['n'], ...more }
        const seen = (await pages('get_table_data', args, {})).map((row) => Number(Object(row).n))
        expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, at) => at))
      })

      test('what is cut at the byte budget goes on behind the last row shown', async () => {
        const all: { n: number }[] = []
        let more: object = {}
        for (;;) {
          const page = (
            await call('get_table_data', { table_name: 'marks', filter: 'n >= 0', order: 'n', ...more })
          ).structuredContent
          all.push(...page.rows)
          if (!page.has_more) break
          more = { cursor: page.next_cursor }
        }
        expect(all.map(({ n }) => n)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
      })

      test('a declared tool, which takes no cursor, tells none and goes on by its offset', async () => {
        const first = (await call('marks_of', {})).structuredContent
        expect(first).toMatchObject({ has_more: true, next_offset: 4 })
        expect(first).not.toHaveProperty('next_cursor')
        const second = await call('marks_of', { offset: 4 })
        expect(second.structuredContent.rows).toHaveLength(4)
        expect(second.content[0].text).not.toContain('cursor')
      })
    },
  )
}
