import type { Statement } from './connection.ts'

/**
 * Whether a statement is worth its memory until it comes again: here as text, on a server as a prepared statement, which holds
 * some 500 bytes for each parameter on every connection. Long ones seldom come twice, and whoever wants to can send as many
 * different ones as there is room for.
 */
export function isWorthKeeping({ text: { sql, verb }, parameters }: Statement<unknown>): boolean {
  const most = verb === 'insert' ? MOST_INSERTED : MOST_PARAMETERS
  return sql.length <= LONGEST && parameters.length <= most
}

/**
 * The same for the text alone, which is here once: the keys of a page of related records come in lists of few lengths, and to make their
 * text again takes longer than to read the records.
 */
export function isTextWorthKeeping({ text: { sql }, parameters }: Statement<unknown>): boolean {
  return sql.length <= LONGEST && parameters.length <= MOST_IN_TEXT
}

/** In characters. */
const LONGEST = 32_768
const MOST_PARAMETERS = 512
/** Inserts are cut into few sizes. */
const MOST_INSERTED = 4_096
const MOST_IN_TEXT = 8_192
