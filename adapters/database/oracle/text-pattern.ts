import type { TextMatch } from '../../../src/core/database/query.ts'
import { AppError } from '../../../src/core/errors.ts'
import { literalPattern } from '../sql/dialect.ts'
import { BEFORE_ALL } from './bind.ts'

/** The letters whose case is ignored, as TRANSLATE takes them. */
export const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'
export const LOWER = UPPER.toLowerCase()

/** For LIKE with the escape character `\`, on text whose ASCII letters are lower case. */
export function likePattern(op: 'like' | TextMatch, text: string): string {
  if (op === 'like' && text === '') return BEFORE_ALL
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
  return op === 'like' ? lower.replaceAll('\\', '\\\\') : literalPattern(op, lower, /[\\%_]/g)
}

/**
 * For REGEXP_LIKE on large texts, which TRANSLATE does not take: ASCII letters are classes of both cases. Throws `bad_request` for a
 * pattern longer than the engine takes (SQL Language Reference, "REGEXP_LIKE Condition").
 */
export function largePattern(op: 'like' | TextMatch, text: string): string {
  const pattern = regularExpression(op, text)
  if (Buffer.byteLength(pattern) <= LONGEST_PATTERN) return pattern
  throw new AppError('bad_request', 'The text to look for is too long for a field of this type.', {
    hint: `Use at most ${Math.floor(LONGEST_PATTERN / 4)} letters.`,
  })
}

const LONGEST_PATTERN = 512

function regularExpression(op: 'like' | TextMatch, text: string): string {
  switch (op) {
    case 'like':
      return `^${text.replaceAll(/%+|_|[\s\S]/gu, wild)}$`
    case 'contains':
      return text === '' ? '^' : literal(text)
    case 'starts_with':
      return `^${literal(text)}`
    case 'ends_with':
      return `${literal(text)}$`
  }
}

function wild(part: string): string {
  return part.startsWith('%') ? '.*' : part === '_' ? '.' : literal(part)
}

function literal(text: string): string {
  return text.replaceAll(/[a-zA-Z\\^$.|?*+()[\]{}]/g, (character) =>
    /[a-z]/i.test(character) ? `[${character.toLowerCase()}${character.toUpperCase()}]` : `\\${character}`,
  )
}
