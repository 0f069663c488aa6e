import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** A program of this folder that answers lines of JSON by lines of JSON, in one process for as long as the tests of a file run. */
export interface PythonLines {
  /** The answer to a request, still to be checked. */
  ask(request: { readonly [key: string]: unknown }): Promise<unknown>
  close(): void
}

/** True where a missing grammar is a failure, not a reason to leave tests out. */
export const isGrammarRequired = process.env.REQUIRE_GRAMMAR === '1'

/**
 * Starts a program with sqlglot in the version of requirements.txt; `TEST_GRAMMAR_PATH` is the folder it was installed into, where Python
 * does not find it by itself. The text says why there is none.
 */
export async function startPython(program: string): Promise<PythonLines | `no grammar: ${string}`> {
  const path = process.env.TEST_GRAMMAR_PATH
  const child = spawn('python3', ['-u', fileURLToPath(new URL(program, import.meta.url))], {
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
  if (version !== PINNED) {
    child.kill()
    return `no grammar: sqlglot ${version} is installed, and ${PINNED} is wanted`
  }
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>()
  let last = 0
  lines.on('line', (line) => {
    const answer: unknown = JSON.parse(line)
    const { id } = z.looseObject({ id: z.number() }).parse(answer)
    waiting.get(id)?.resolve(answer)
    waiting.delete(id)
  })
  child.once('close', (status) => {
    for (const { reject } of waiting.values()) reject(new Error(`The parser ended with ${status}.`))
  })
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        const id = ++last
        waiting.set(id, { resolve, reject })
        child.stdin.write(`${JSON.stringify({ ...request, id })}\n`)
      }),
    close: () => child.stdin.end(),
  }
}

const PINNED = /^sqlglot==(\S+)$/m.exec(
  readFileSync(new URL('./requirements.txt', import.meta.url), 'utf8'),
)?.[1]
