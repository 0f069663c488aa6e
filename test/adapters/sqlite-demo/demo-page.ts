import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** One question of docs/demo.md: its title, the arguments that answer it, and the answer. */
export interface Question {
  readonly title: string
  readonly sql: string
  /** As the page has it: CSV with a line of names, numbers to two places. */
  readonly answer: string
}

const AggregateArguments = z.strictObject({
  table_name: z.string(),
  aggregates: z.array(
    z.strictObject({
      function: z.enum(['COUNT', 'SUM', 'AVG', 'MAX']),
      field: z.string(),
      alias: z.string(),
    }),
  ),
  filter: z.string().optional(),
  group_by: z.array(z.string()).optional(),
  having: z.string().optional(),
  order: z.string().optional(),
  limit: z.number().optional(),
})

export async function readDemoPage(): Promise<string> {
  return readFile(new URL('../../../docs/demo.md', import.meta.url), 'utf8')
}

export function readQuestions(page: string): readonly Question[] {
  const blocks = page.matchAll(/\*\*(\d+\. [^*]+)\*\*[^`]*```json\n([^`]+)```\n```csv\n([^`]*)```/g)
  return [...blocks].map(([, title = '', json = '', answer = '']) => ({
    title,
    sql: toSql(AggregateArguments.parse(JSON.parse(json))),
    answer: answer.trim(),
  }))
}

/** Table → rows, from the list of tables at the top of the page. */
export function readRowCounts(page: string): readonly (readonly [string, number])[] {
  const lines = page.matchAll(/^\| ([a-z_ ,]+) \| ([\d, ]+) \|/gm)
  return [...lines].flatMap(([, tables = '', counts = '']) =>
    tables.split(', ').map((table, index) => [table, Number(counts.split(', ')[index])] as const),
  )
}

export function toCsv(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const cell = (value: unknown) =>
    typeof value === 'number' ? String(Math.round(value * 100) / 100) : String(value)
  return [columns.join(','), ...rows.map((row) => row.map(cell).join(','))].join('\n')
}

/** The page's filters are also SQL, so its figures can be checked without the parser and the planner. */
function toSql({
  table_name,
  aggregates,
  group_by = [],
  ...rest
}: z.infer<typeof AggregateArguments>): string {
  const groups = group_by.map((field) => `"${field}"`)
  const figures = aggregates.map(({ function: name, field, alias }) => `${name}(${field}) AS ${alias}`)
  return [
    `SELECT ${[...groups, ...figures].join(', ')} FROM "${table_name}"`,
    rest.filter === undefined ? '' : `WHERE ${rest.filter}`,
    groups.length === 0 ? '' : `GROUP BY ${groups.join(', ')}`,
    rest.having === undefined ? '' : `HAVING ${rest.having}`,
    rest.order === undefined ? '' : `ORDER BY ${rest.order}`,
    rest.limit === undefined ? '' : `LIMIT ${rest.limit}`,
  ].join(' ')
}
