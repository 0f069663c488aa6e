import { fromJsonText, mayLoseDigits } from '../from-json-text.ts'
import type { Json, Row } from './value.ts'

/**
 * Rows from the text that an engine wrote of them. In the fields that hold documents numbers keep their digits; of other fields they
 * are text already where a double would not do.
 */
export function rowsOfText(text: string, documents: readonly string[]): readonly Row[] {
  const rows: Row[] = JSON.parse(text)
  return hasLongNumbers(text, documents) ? withDocuments(rows, fromJsonText(text), documents) : rows
}

/** True where a document may hold a number that is another one as a double. */
export function hasLongNumbers(text: string, documents: readonly string[]): boolean {
  return documents.length > 0 && mayLoseDigits(text)
}

/** The rows with the documents of the same rows as `exact` has them. */
export function withDocuments(
  rows: readonly Row[],
  exact: Json | undefined,
  documents: readonly string[],
): readonly Row[] {
  if (!isList(exact)) return rows
  return rows.map((row, at) => {
    const same = exact[at]
    return isRow(same)
      ? { ...row, ...Object.fromEntries(documents.map((name) => [name, same[name] ?? null])) }
      : row
  })
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

function isRow(value: Json | undefined): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
