import { expect, test } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { buildSchema } from '../../../src/core/database/build-schema.ts'
import { calm, equals, present } from '../../contract/scene.ts'
import { field, id, table } from '../../contract/world.ts'
import { openGrammar } from '../../grammar/grammar.ts'
import { isGrammarRequired } from '../../grammar/python-lines.ts'
import { tsqlProblems } from '../../grammar/tsql.ts'
import { type DoubleSession, doubleDriver, serverError } from './double.ts'

const grammar = await openGrammar()
const why = typeof grammar === 'string' ? grammar : undefined

const number = { ...id(), dbType: 'int' }
const things = present(
  buildSchema([
    table('sales.things', {
      fields: [number, field('name', 'string', { dbType: 'nvarchar(40)' })],
      primaryKey: ['id'],
    }),
  ]).tableByName.get('sales.things'),
)

/** learn.microsoft.com, "MSSQLSERVER_334": a table with triggers takes no OUTPUT without INTO. */
const REFUSED =
  "The target table 'sales.things' of the DML statement cannot have any enabled triggers if the statement contains an OUTPUT clause without INTO clause."

async function serviceWithTrigger() {
  const sent: string[] = []
  const session: DoubleSession = {
    run: async ({ sql }) => {
      sent.push(sql)
      if (/schema_name/.test(sql)) return { sets: [{ columns: [], rows: [['dbo', 'shop']] }] }
      if (/\boutput "(inserted|deleted)"[^;]*?(values|where)/.test(sql) && !/into @noted/.test(sql))
        return { error: serverError(334, REFUSED) }
      if (!/"things"/.test(sql)) return {}
      const row = {
        columns: [{ colName: 'id', type: { name: 'IntN' } }],
        rows: [[7, 'as the trigger left it']],
      }
      return { sets: [row], counts: [1] }
    },
    cancel: async () => {},
    reset: async () => {},
    close: () => {},
  }
  const adapter = await openSqlserver(sqlserverConfig.parse({ host: 'double', database: 'shop' }), {
    baseDir: '.',
    statementTimeoutMs: 20_000,
    driver: doubleDriver(async () => session),
  })
  return { adapter, sent }
}

test.skipIf(why !== undefined && !isGrammarRequired)(
  `rows of a table that was given a trigger are read by their keys (${why ?? 'sqlglot'})`,
  async () => {
    const { adapter, sent } = await serviceWithTrigger()
    const returning = ['id', 'name']
    const written = { affected: 1, rows: [{ id: 7, name: 'as the trigger left it' }] }
    expect(await adapter.insert({ table: things, rows: [{ name: 'x' }], returning }, calm)).toEqual(written)
    const set = { name: 'y' }
    expect(await adapter.update({ table: things, set, where: equals('id', 7), returning }, calm)).toEqual(
      written,
    )
    expect(await adapter.delete({ table: things, where: equals('id', 7), returning }, calm)).toEqual(written)
    const upsert = { table: things, rows: [{ id: 7, name: 'z' }], onConflict: ['id'], returning }
    expect((await adapter.insert(upsert, calm)).rows).toEqual(written.rows)
    expect(sent.filter((sql) => /into @noted/.test(sql)).slice(0, 2)).toEqual([
      'declare @noted table ("id" int); insert into "sales"."things" ("name") output "inserted"."id" into @noted values (@1); select "t"."id", "t"."name" from "sales"."things" "t" join @noted "n" on "t"."id" = "n"."id"; delete from @noted',
      'declare @noted table ("id" int); update "sales"."things" set "name" = @1 output "inserted"."id" into @noted where "id" = @2; select "t"."id", "t"."name" from "sales"."things" "t" join @noted "n" on "t"."id" = "n"."id"; delete from @noted',
    ])
    // It is known from the first refusal on.
    expect(sent.filter((sql) => /^insert into "sales"."things" \("name"\) output/.test(sql))).toHaveLength(1)
    if (typeof grammar === 'string') throw new Error(grammar)
    for (const sql of sent) expect(await tsqlProblems(grammar, sql)).toEqual([])
  },
)
