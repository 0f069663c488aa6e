import type { Parser } from 'csv-parse'
import { AppError } from '../core/errors.ts'
import { csvOptions } from './csv-form.ts'
import { jsonLine } from './json-lines.ts'
import { parseJson } from './json-text.ts'

/** In bytes of UTF-8. */
type Bytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

export type RowFormat = 'csv' | 'ndjson'

/** The longest line of names, and the longest row, in characters. */
const LONGEST_LINE = 1_048_576

/**
 * The rows of a text of any length, read as it comes: never more of it is held than a few rows. Throws `bad_request` with the
 * line, and `payload_too_large` behind `mostBytes`.
 */
export function readRows(format: RowFormat, bytes: Bytes, mostBytes: number): AsyncGenerator<unknown> {
  const texts = textsOf(bytes, mostBytes)
  return format === 'csv' ? csvRows(texts) : jsonRows(texts)
}

/** The rows of a text that is here whole: CSV, or JSON if it begins like that. `areTexts`: all values are texts. */
export function readText(text: string): {
  readonly rows: AsyncIterable<unknown>
  readonly areTexts: boolean
} {
  const bytes = [new TextEncoder().encode(text)]
  if (/^\s*\[/.test(text)) return { rows: itemsOf(text), areTexts: false }
  const format = /^\s*\{/.test(text) ? 'ndjson' : 'csv'
  return { rows: readRows(format, bytes, Number.POSITIVE_INFINITY), areTexts: format === 'csv' }
}

async function* itemsOf(text: string): AsyncGenerator<unknown> {
  const list = parseJson(text)
  if (Array.isArray(list)) yield* list
}

async function* csvRows(texts: AsyncGenerator<string>): AsyncGenerator<unknown> {
  let start = ''
  while (!start.includes('\n') && start.length < LONGEST_LINE) {
    const { done, value } = await texts.next()
    if (done) break
    start += value
  }
  const [{ parse }, { asCsvFault }] = await Promise.all([import('csv-parse'), import('./csv-body.ts')])
  const parser = parse({ ...csvOptions(start), max_record_size: LONGEST_LINE })
  const feeding = feed(parser, start, texts)
  try {
    for await (const row of parser) yield row
    await feeding
  } catch (error) {
    throw asCsvFault(error)
  } finally {
    parser.destroy()
    await texts.return(undefined)
  }
}

/** Ends with the parser, whichever of them fails. */
async function feed(parser: Parser, start: string, texts: AsyncGenerator<string>): Promise<void> {
  try {
    parser.write(start)
    for await (const text of texts) {
      if (parser.destroyed) return
      if (!parser.write(text)) await hasRoom(parser)
    }
    parser.end()
  } catch (error) {
    parser.destroy(error instanceof Error ? error : undefined)
  }
}

/** Or is over. */
function hasRoom(parser: Parser): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      parser.off('drain', done).off('close', done)
      resolve()
    }
    parser.on('drain', done).on('close', done)
  })
}

async function* jsonRows(texts: AsyncGenerator<string>): AsyncGenerator<unknown> {
  let rest = ''
  let number = 0
  for await (const text of texts) {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    if (rest.length > LONGEST_LINE) throw tooLong(number + lines.length + 1)
    for (const line of lines) {
      number++
      if (line.trim() !== '') yield jsonLine(line, number)
    }
  }
  if (rest.trim() !== '') yield jsonLine(rest, number + 1)
}

async function* textsOf(bytes: Bytes, mostBytes: number): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let sizeBytes = 0
  for await (const chunk of bytes) {
    sizeBytes += chunk.byteLength
    if (sizeBytes > mostBytes) throw tooLarge(mostBytes)
    yield decoded(() => decoder.decode(chunk, { stream: true }))
  }
  yield decoded(() => decoder.decode())
}

function decoded(decode: () => string): string {
  try {
    return decode()
  } catch (cause) {
    throw new AppError('bad_request', 'The request body is not UTF-8 text.', { cause })
  }
}

function tooLong(line: number): AppError {
  return new AppError(
    'bad_request',
    `Line ${line} of the request body is longer than ${LONGEST_LINE} characters.`,
    {
      context: { line },
    },
  )
}

function tooLarge(mostBytes: number): AppError {
  return new AppError('payload_too_large', `The rows are larger than ${mostBytes} bytes.`, {
    hint: 'Send them in several imports; SLUICE_IMPORT_LIMIT_BYTES sets the limit.',
  })
}
