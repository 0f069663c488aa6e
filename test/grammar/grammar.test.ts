import { afterAll, describe, expect, test } from 'vitest'
import { type GrammarDialect, isGrammarRequired, openGrammar } from './grammar.ts'

const grammar = await openGrammar()
const why = typeof grammar === 'string' ? grammar : undefined

describe.skipIf(why !== undefined && !isGrammarRequired)(`grammars of SQL (${why ?? 'sqlglot'})`, () => {
  afterAll(() => opened().close())

  test.each<[GrammarDialect, string, string]>([
    ['tsql', 'select [a] from [t] order by [a] offset 1 rows fetch next 2 rows only', 'Select'],
    ['tsql', 'insert into [t] ([a]) output inserted.[b] values (@1)', 'Insert'],
    ['oracle', 'select "a" from "t" where "b" = :1 fetch first 5 rows only', 'Select'],
  ])('%s takes its own statement %#', async (dialect, sql, kind) => {
    expect(await opened().parse(dialect, sql)).toEqual({ problems: [], kinds: [kind] })
  })

  test.each<[GrammarDialect, string, RegExp]>([
    ['tsql', 'select [a] from [t] limit 5', /Not of this dialect: limit/],
    ['tsql', 'insert into [t] ([a]) values (1) returning [a]', /Not of this dialect: returning/],
    ['tsql', 'select from where', /./],
    ['tsql', 'select [a] from [t] where ([a] = 1', /Expecting \)/],
    ['tsql', 'begin try select 1 end try begin catch throw end catch', /Not understood/],
    ['oracle', 'select "a" from "t" limit 5', /Not of this dialect: limit/],
    ['oracle', 'select "a" from "t" where ("b" = 1', /Expecting \)/],
  ])('%s refuses statement %#', async (dialect, sql, problem) => {
    expect((await opened().parse(dialect, sql)).problems.join('\n')).toMatch(problem)
  })

  test('a text that holds words of other dialects is a text', async () => {
    const { problems } = await opened().parse('tsql', "select N'limit 5 || returning' as [limit]")
    expect(problems).toEqual([])
  })

  test('statements go over into another dialect', async () => {
    const { sql } = await opened().parse('tsql', 'select top (2) [a] from [t]', 'postgres')
    expect(sql).toBe('SELECT "a" FROM "t" LIMIT 2')
  })
})

function opened() {
  if (typeof grammar === 'string') throw new Error(grammar)
  return grammar
}
