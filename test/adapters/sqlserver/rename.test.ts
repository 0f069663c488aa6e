import { afterAll, expect, test } from 'vitest'
import { sqlserverConfig } from '../../../adapters/database/sqlserver/config.ts'
import { renamedIn } from '../../../adapters/database/sqlserver/definition-text.ts'
import { openSqlserver } from '../../../adapters/database/sqlserver/open.ts'
import { calm } from '../../contract/scene.ts'
import { openGrammar } from '../../grammar/grammar.ts'
import { tsqlProblems } from '../../grammar/tsql.ts'
import { doubleDriver, type Sent, serverError, type Told } from './double.ts'

const grammar = await openGrammar()
afterAll(() => (typeof grammar === 'string' ? undefined : grammar.close()))

async function serviceThat(answer: (sent: Sent) => Told | undefined, more: object = {}) {
  const sent: Sent[] = []
  const driver = doubleDriver(async () => ({
    run: async (one) => {
      if (/rename|constraint|index/.test(one.sql) && !one.sql.startsWith('select')) sent.push(one)
      return answer(one) ?? {}
    },
    cancel: async () => {},
    reset: async () => {},
    close: () => {},
  }))
  const config = sqlserverConfig.parse({ host: 'double', database: 'shop', ...more })
  const adapter = await openSqlserver(config, { baseDir: '.', statementTimeoutMs: 20_000, driver })
  return { adapter, sent }
}

const rows = (...all: (string | number)[][]): Told => ({ sets: [{ columns: [], rows: all }] })

/** As learn.microsoft.com shows them: sys.check_constraints.definition, sys.indexes.filter_definition. */
const DEPENDING = ({ sql }: Sent): Told | undefined => {
  if (/^select .*sys\.check_constraints/s.test(sql))
    return rows(['ck_doc', '(isjson([doc])>(0))'], ['ck_other', "([size]<>N'[doc]')"])
  if (/^select .*filter_definition/s.test(sql))
    return rows(['uq_doc', '([doc] IS NOT NULL)', 'doc'], ['uq_doc', '([doc] IS NOT NULL)', 'size'])
  return undefined
}

test('rules and filters that name the column are made again with its new name', async () => {
  const { adapter, sent } = await serviceThat(DEPENDING)
  await adapter.rename?.({ table: 'sales.items', field: 'doc', to: 'pa"per]' }, calm)
  expect(sent.map(({ sql }) => sql)).toEqual([
    'alter table "sales"."items" drop constraint "ck_doc"',
    'drop index "uq_doc" on "sales"."items"',
    "exec sp_rename @objname = @1, @newname = @2, @objtype = 'COLUMN'",
    'alter table "sales"."items" add constraint "ck_doc" check ((isjson("pa""per]")>(0)))',
    'create unique index "uq_doc" on "sales"."items" ("pa""per]", "size") where ("pa""per]" IS NOT NULL)',
  ])
  expect(sent[2]?.parameters.map(({ value }) => value)).toEqual(['[sales].[items].[doc]', 'pa"per]'])
})

test.skipIf(typeof grammar === 'string')('what is sent is T-SQL', async () => {
  if (typeof grammar === 'string') return
  const { adapter, sent } = await serviceThat(DEPENDING)
  await adapter.rename?.({ table: 'sales.items', field: 'doc', to: 'paper' }, calm)
  for (const { sql } of sent) expect(await tsqlProblems(grammar, sql)).toEqual([])
})

test('a name in a path is no path itself', async () => {
  const { adapter, sent } = await serviceThat(() => undefined)
  await adapter.rename?.({ table: "a].b'; drop table x; --", to: 'c' }, calm)
  expect(sent.map(({ sql }) => sql)).toEqual(['exec sp_rename @objname = @1, @newname = @2'])
  expect(sent[0]?.parameters.map(({ value }) => value)).toEqual(["[a]]].[b'; drop table x; --]", 'c'])
})

/** learn.microsoft.com/en-us/sql/relational-databases/errors-events/database-engine-events-and-errors-15000-to-15999 */
test.each([
  [
    15335,
    "Error: The new name 'x' is already in use as a COLUMN name and would cause a duplicate that is not permitted.",
    'conflict',
  ],
  [
    15336,
    "Object '[t].[doc]' cannot be renamed because the object participates in enforced dependencies.",
    'conflict',
  ],
  [
    15225,
    "No item by the name of '[t]' could be found in the current database 'shop', given that @itemtype was input as '(null)'.",
    'not_found',
  ],
])('error %i is told in words of the house', async (number, words, code) => {
  const { adapter } = await serviceThat(({ sql }) =>
    sql.startsWith('exec sp_rename') ? { error: serverError(number, words) } : undefined,
  )
  const renamed = adapter.rename?.({ table: 't', field: 'doc', to: 'x' }, calm)
  await expect(renamed).rejects.toMatchObject({ code, message: expect.not.stringMatching(/\[t\]|shop/) })
})

test('a read-only service renames nothing', async () => {
  const { adapter, sent } = await serviceThat(() => undefined, { read_only: true })
  await expect(adapter.rename?.({ table: 't', to: 'x' }, calm)).rejects.toMatchObject({
    code: 'not_supported',
  })
  expect(sent).toEqual([])
})

test.each([
  ['([doc]=N\'[doc] and "doc"\' OR [docs]>(1))', '("new"=N\'[doc] and "doc"\' OR [docs]>(1))'],
  ['("DOC" IS NOT NULL)', '("new" IS NOT NULL)'],
  ["('it''s [doc]'<>[a]]doc])", "('it''s [doc]'<>[a]]doc])"],
])('%s names the column so', (definition, expected) => {
  expect(renamedIn(definition, 'doc', 'new')).toBe(expected)
})
