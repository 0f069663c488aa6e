import type { RowsAsJson } from '../../../src/core/database/query.ts'
import { tooLarge } from '../sql/answer-size.ts'
import type { WireAnswer } from './wire-query.ts'

/** The one row that `answerText` asks for. */
export function wholeText({ rows: [row] }: WireAnswer): RowsAsJson {
  return { count: Number(row?.[0]), json: whole(row?.[1]) }
}

/** Null stands in place of a text that is too long. Throws `payload_too_large`. */
export function whole(text: string | null | undefined): string {
  if (typeof text !== 'string') throw tooLarge()
  return text
}

/** `INSERT 0 5`, `UPDATE 5` */
export function affectedBy({ command }: WireAnswer): number {
  return Number(/ (\d+)$/.exec(command)?.[1] ?? 0)
}
