import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** A SQL dialect of sqlglot that statements are parsed by. */
export type GrammarDialect = 'tsql' | 'oracle'

interface Parsed {
  /** Why the text is not of the dialect; empty when it is. */
  readonly problems: readonly string[]
  /** What each statement is, in sqlglot's words: `Select`, `Insert` … */
  readonly kinds: readonly string[]
  /** In the dialect that was asked for, where one was. */
  readonly sql?: string | undefined
}

/** The parser of a public grammar, in one process for as long as the tests of a file run. */
export interface Grammar {
  parse(dialect: GrammarDialect, sql: string, to?: string): Promise<Parsed>
  close(): void
}

/** True where a missing grammar is a failure, not a reason to leave tests out. */
export const isGrammarRequired = process.env.REQUIRE_GRAMMAR === '1'

/**
 * Python's sqlglot in the version of requirements.txt; `TEST_GRAMMAR_PATH` is the folder it was installed into, where Python does not find
 * it by itself. The text says why there is none.
 */
export async function openGrammar(): Promise<Grammar | `no grammar: ${string}`> {
  const path = process.env.TEST_GRAMMAR_PATH
  const child = spawn('python3', ['-u', PROGRAM], {
    env: { ...process.env, ...(path && { PYTHONPATH: path }), PYTHONIOENCODING: 'utf-8' },
  })
  const printed: string[] = []
  child.stderr.on('data', (text) => printed.push(String(text)))
  const lines = createInterface({ input: child.stdout })
  const first = await new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve)
    child.once('error', () => resolve(undefined))
    child.once('close', () => resolve(undefined))
  })
  if (first === undefined) return `no grammar: ${printed.join('').trim().split('\n').at(-1) || 'no python3'}`
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(first))
  if (version === PINNED) return grammarOf(child, lines)
  child.kill()
  return `no grammar: sqlglot ${version} is installed, and ${PINNED} is wanted`
}

const PROGRAM = fileURLToPath(new URL('./grammar.py', import.meta.url))
const PINNED = /^sqlglot==(\S+)$/m.exec(
  readFileSync(new URL('./requirements.txt', import.meta.url), 'utf8'),
)?.[1]

const answerFields = z.object({
  id: z.number(),
  problems: z.array(z.string()),
  kinds: z.array(z.string()),
  sql: z.string().optional(),
})

function grammarOf(child: ChildProcessWithoutNullStreams, lines: NodeJS.EventEmitter): Grammar {
  const waiting = new Map<number, { resolve(parsed: Parsed): void; reject(error: Error): void }>()
  let last = 0
  lines.on('line', (line: string) => {
    const { id, ...parsed } = answerFields.parse(JSON.parse(line))
    waiting.get(id)?.resolve(parsed)
    waiting.delete(id)
  })
  child.once('close', (status) => {
    for (const { reject } of waiting.values()) reject(new Error(`The parser ended with ${status}.`))
  })
  return {
    parse: (dialect, sql, to) =>
      new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve, reject })
        child.stdin.write(`${JSON.stringify({ id, dialect, sql, to })}\n`)
      }),
    close: () => child.stdin.end(),
  }
}
