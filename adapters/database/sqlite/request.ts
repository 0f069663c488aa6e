import type { SelectQuery, SelectResult, WriteResult } from '../../../src/core/database/query.ts'
import { hasLongNumbers, rowsOfText, withDocuments } from '../../../src/core/database/rows-of-text.ts'
import type { RowsAsBytes } from '../../../src/core/database/rows-together.ts'
import { fromJsonText } from '../../../src/core/from-json-text.ts'
import { documentsIn, type Statement, type StatementText } from '../sql/connection.ts'
import { toAppError, tooLarge } from './errors.ts'
import {
  type Answer,
  columnCode,
  type DriverFailure,
  type Forwarded,
  MAX_FRAME_BYTES,
  type Member,
  type Mode,
  NOT_TOGETHER,
  type Parameter,
  type Request,
  type Step,
} from './protocol.ts'

export interface SqliteStatement extends Statement<Parameter> {
  /** In a read of rows together. */
  readonly member?: Member
}

export function requestOf(mode: Mode, statements: readonly SqliteStatement[]): Request {
  const steps = statements.map(({ text, parameters, member }): Step => {
    const step = [text.sql, columnsOf(text), parameters] as const
    return member ? [...step, member] : step
  })
  return [mode, ...steps]
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
    for (const { text, parameters, member } of statements)
      json += `,[${headOf(text)},${JSON.stringify(parameters)}${member ? `,${JSON.stringify(member)}` : ''}]`
    if (json.length * 3 > MAX_FRAME_BYTES && Buffer.byteLength(json) > MAX_FRAME_BYTES) throw tooLarge()
    return `${json}]`
  }
}

/** The same read for a database that holds text which is not UTF-8 (`Mode` in protocol.ts). */
export function carefully(json: string): string {
  return json.replace(/^\["read"/, '["careful"')
}

/** A read of rows together, which such a database is not asked for. */
export function isTogether(json: string): boolean {
  return json.startsWith('["together"')
}

export function isCareful(json: string): boolean {
  return json.startsWith('["careful"')
}

/** Undefined when the rows are to be read one by one. */
export function togetherResult(
  answer: Answer | Forwarded | DriverFailure,
  text: StatementText,
): RowsAsBytes | undefined {
  if ('bytes' in answer) return answer
  if ('code' in answer && answer.code === NOT_TOGETHER) return undefined
  const { count, text: json } = answered(answer, text)
  return { count, bytes: [Buffer.from(json)] }
}

export function selectResult(
  answer: Answer | Forwarded | DriverFailure,
  text: StatementText,
  as: SelectQuery['as'],
): SelectResult {
  const { count, text: json } = answered(answer, text)
  return as === 'json' ? { json, count } : { rows: rowsOfText(json, documentsIn(text)) }
}

/** Several statements of one write are about the same table, so the first tells what failed. */
export function writeResults(
  answer: Answer | Forwarded | DriverFailure,
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

function answered(answer: Answer | Forwarded | DriverFailure, text: StatementText | undefined): Answer {
  if ('text' in answer) return answer
  if ('bytes' in answer) return { count: answer.count, text: Buffer.concat(answer.bytes).toString('utf8') }
  throw toAppError(answer, text)
}

function columnsOf(text: StatementText): Step[1] {
  return text.columns.map((column) => [column.name, columnCode(column)])
}
