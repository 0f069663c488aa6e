import type { Grammar } from './grammar.ts'

/** Statements that SQL Server has and sqlglot does not read, each with the page that has its grammar. */
const GAPS: readonly { readonly statement: RegExp; readonly instead: string; readonly page: string }[] = [
  {
    // Passed through unread.
    statement: /^set identity_insert ("(?:[^"]|"")+"(?:\."(?:[^"]|"")+")?) (?:on|off)$/,
    instead: 'select * from $1',
    page: 'learn.microsoft.com/en-us/sql/t-sql/statements/set-identity-insert-transact-sql',
  },
  {
    // It knows the four levels of the standard.
    statement: /^set transaction isolation level snapshot$/,
    instead: 'set transaction isolation level serializable',
    page: 'learn.microsoft.com/en-us/sql/t-sql/statements/set-transaction-isolation-level-transact-sql',
  },
  {
    // OUTPUT of a DELETE is read without WHERE only; here it is read as what it is, a list of columns.
    statement: /^delete from ((?:"(?:[^"]|"")+"\.?)+|@\w+) output (.*?)( where .*)$/s,
    instead: 'select $2 from $1$3',
    page: 'learn.microsoft.com/en-us/sql/t-sql/queries/output-clause-transact-sql',
  },
  {
    // OUTPUT before DEFAULT VALUES.
    statement: /^insert into ((?:"(?:[^"]|"")+"\.?)+) output (.*) default values$/s,
    instead: 'insert into $1 output $2 values (1)',
    page: 'learn.microsoft.com/en-us/sql/t-sql/statements/insert-transact-sql',
  },
  {
    // A default that is added to a column that is there.
    statement: /^alter table ((?:"(?:[^"]|"")+"\.?)+) add default (.*) for ("(?:[^"]|"")+")$/s,
    instead: 'alter table $1 add $3 int default $2',
    page: 'learn.microsoft.com/en-us/sql/t-sql/statements/alter-table-table-constraint-transact-sql',
  },
  {
    // The table has to be named behind ON, which it reads with brackets but not with quotes and a filter.
    statement: /^create unique index ("(?:[^"]|"")+") on ((?:"(?:[^"]|"")+"\.?)+) \((.*?)\) where (.*)$/s,
    instead: 'select $3 from $2 where $4',
    page: 'learn.microsoft.com/en-us/sql/t-sql/statements/create-index-transact-sql',
  },
]

/** What of a text of T-SQL is none, statement by statement. */
export async function tsqlProblems(grammar: Grammar, sql: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const statement of statementsOf(sql)) {
    const { problems } = await grammar.parse('tsql', statement)
    if (problems.length === 0) continue
    const gap = GAPS.find((one) => one.statement.test(statement))
    const again = gap && (await grammar.parse('tsql', statement.replace(gap.statement, gap.instead)))
    const left = again ? again.problems : problems
    found.push(...left.map((problem) => `${problem}\n  in: ${statement.slice(0, 2000)}`))
  }
  return found
}

/** Between semicolons that stand in no text and no name. */
function statementsOf(sql: string): readonly string[] {
  const parts = [...sql.matchAll(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;"'])+/g)]
  return parts.map(([part]) => part.trim()).filter((part) => part !== '')
}
