import type { Catalogue } from './catalogue.ts'

/** What a prompt asks for, and how a client completes it. */
export interface PromptArgument {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly names?: 'table' | 'column'
}

export interface Prompt {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly arguments: readonly PromptArgument[]
  /** Tools it tells a model to use: callers without them are not offered it. */
  readonly needs: readonly string[]
  /** The resource that goes with it: `tables`, or one of its table. */
  readonly resource: string
  text(args: Readonly<Record<string, string>>): string
}

const TABLE = { name: 'table', description: 'Name of the table', required: true, names: 'table' } as const

/** In the order in which they are listed. */
const PROMPTS: readonly Prompt[] = [
  {
    name: 'check_data_quality',
    title: 'Check data quality',
    description: 'Looks for missing, doubled and implausible values in a table, without changing anything.',
    arguments: [TABLE, { name: 'column', description: 'Only this column', required: false, names: 'column' }],
    needs: ['get_table_schema', 'get_table_data', 'aggregate_data'],
    resource: 'schema',
    text: ({ table, column }) =>
      `Check the quality of the data in table '${table}'${column === undefined ? '' : `, column '${column}' only`}. Its columns are attached.
1. Count all rows, and per column those without a value (get_table_data with count_only and a filter such as "email IS NULL").
2. Find values that should be unique and are not (aggregate_data with group_by, COUNT and having).
3. Look at the smallest and largest value of numbers and dates (aggregate_data with MIN and MAX), and at the values of columns with few of them (group_by).
4. Compare with what the schema promises: keys, required columns, fixed lists of values, relationships.
Read no more rows than you need and change nothing. Report a table of findings: column, what is wrong, how many rows, one example key, and how sure you are.`,
  },
  {
    name: 'explain_table',
    title: 'Explain a table',
    description: 'Says in plain words what a table holds and how it hangs together with others.',
    arguments: [TABLE],
    needs: ['get_table_schema', 'get_table_data'],
    resource: 'schema',
    text: ({ table }) =>
      `Explain table '${table}' to someone who has never seen this database. Its columns and relationships are attached.
Read a few rows (get_table_data with limit 5) to see what the columns hold. Say what one row stands for, what the important columns mean, which tables it belongs to and which belong to it, and which questions it can answer. Say what is a guess.`,
  },
  {
    name: 'explore_database',
    title: 'Explore the database',
    description: 'Finds out what is in the database, or where the answer to a question is.',
    arguments: [{ name: 'question', description: 'What you want to know', required: false }],
    needs: ['get_tables', 'get_table_schema', 'get_table_data'],
    resource: 'tables',
    text: ({ question }) =>
      `Explore this database. Its tables are attached.
${question === undefined ? 'Give an overview: what it is about, its main tables and how they hang together, and five questions it can answer.' : `Find the answer to this question: ${question}`}
Begin with the tables whose names fit, read their columns and relationships (get_table_schema) before their rows, and let the database count and sum (aggregate_data) instead of reading many rows. Name the tables and filters your answer rests on.`,
  },
]

/** The prompts of a caller. */
export function promptsOf({ byName }: Catalogue): readonly Prompt[] {
  return PROMPTS.filter(({ needs }) => needs.every((tool) => byName.has(tool)))
}
