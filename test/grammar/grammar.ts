import { z } from 'zod'
import { startPython } from './python-lines.ts'

export { isGrammarRequired } from './python-lines.ts'

/** A SQL dialect of sqlglot that statements are parsed by. */
export type GrammarDialect = 'tsql' | 'oracle'

/** The parser of a public grammar. */
export interface Grammar {
  parse(dialect: GrammarDialect, sql: string, to?: string): Promise<Parsed>
  close(): void
}

const answer = z.object({
  /** Why the text is not of the dialect; empty when it is. */
  problems: z.array(z.string()),
  /** What each statement is, in sqlglot's words: `Select`, `Insert` … */
  kinds: z.array(z.string()),
  /** In the dialect that was asked for, where one was. */
  sql: z.string().optional(),
})
type Parsed = z.output<typeof answer>

/** The text says why there is none. */
export async function openGrammar(): Promise<Grammar | `no grammar: ${string}`> {
  const python = await startPython('./grammar.py')
  if (typeof python === 'string') return python
  return {
    parse: async (dialect, sql, to) => answer.parse(await python.ask({ dialect, sql, to })),
    close: () => python.close(),
  }
}
