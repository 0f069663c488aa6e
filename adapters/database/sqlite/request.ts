import type { SelectQuery, SelectResult, WriteResult } from '../../../src/core/database/query.ts'
import { hasLongNumbers, rowsOfText, withDocuments } from '../../../src/core/database/rows-of-text.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'
import { documentsIn, type Statement, type StatementText } from '../sql/connection.ts'
import { toAppError, tooLarge } from './errors.ts'
import {
  type Answer,
  columnCode,
  type DriverFailure,
  MAX_FRAME_BYTES,
  type Mode,
  type Parameter,
  type Request,
  type Step,
} from './protocol.ts'

export type SqliteStatement = Statement<Parameter>

export function requestOf(mode: Mode, statements: readonly SqliteStatement[]): Request {
  return [mode, ...statements.map(({ text, parameters }): Step => [text.sql, columnsOf(text), parameters])]
}

/** Writes requests as JSON text. What stays the same in a statement is kept as long as the statement's text. */
export function createRequestEncoder(): (mode: Mode, statements: readonly SqliteStatement[]) => string {
  const heads = new WeakMap<StatementText, string>()

  function headOf(text: StatementText): string {
    const known = heads.get(text)
    if (known !== undefined) return known
    const head = `${JSON.stringify(text.sql)},${JSON.stringify(columnsOf(text))}`
    heads.set(text, head)
    return head
  }

  return (mode, statements) => {
    let json = `["${mode}"`
    for (const { text, parameters } of statements) json += `,[${headOf(text)},${JSON.stringify(parameters)}]`
    if (json.length * 3 > MAX_FRAME_BYTES && Buffer.byteLength(json) > MAX_FRAME_BYTES) throw tooLarge()
    return `${json}]`
  }
}

/** The same read for a database that holds text which is not UTF-8 (`Mode` in protocol.ts). */
export function carefully(json: string): string {
  return json.replace(/^\["read"/, '["careful"')
}

export function isCareful(json: string): boolean {
  return json.startsWith('["careful"')
}

export function selectResult(
  answer: Answer | DriverFailure,
  text: StatementText,
  as: SelectQuery['as'],
): SelectResult {
  const { count, text: json } = answered(answer, text)
  return as === 'json' ? { json, count } : { rows: rowsOfText(json, documentsIn(text)) }
}

/** Several statements of one write are about the same table, so the first tells what failed. */
export function writeResults(
  answer: Answer | DriverFailure,
  text: StatementText | undefined,
): readonly WriteResult[] {
  const { text: json } = answered(answer, text)
  const results: WriteResult[] = JSON.parse(json)
  if (!text || !hasLongNumbers(json, documentsIn(text))) return results
  const exact = fromJsonText(json)
  if (!Array.isArray(exact)) return results
  return results.map((result, at) => ({
    ...result,
    rows: withDocuments(result.rows, exact[at]?.rows, documentsIn(text)),
  }))
}

function answered(answer: Answer | DriverFailure, text: StatementText | undefined): Answer {
  if ('text' in answer) return answer
  throw toAppError(answer, text)
}

function columnsOf(text: StatementText): Step[1] {
  return text.columns.map((column) => [column.name, columnCode(column)])
}
