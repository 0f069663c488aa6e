import type { TextMatch } from '../../../src/core/database/query.ts'

/**
 * A text match as a regular expression that MySQL's ICU and MariaDB's PCRE2 both read: LIKE folds whatever letters the column's
 * collation folds, and this must be the ASCII letters, which are written as classes. Each `%` takes the nearest place where what follows
 * it is found and never tries another (an atomic group): for `%` and `_` that finds the same texts, in linear time.
 */
export function textPattern(op: 'like' | TextMatch, text: string): string {
  switch (op) {
    case 'like':
      return likePattern(text)
    case 'contains':
      return `(?s)${text === '' ? START : literal(text)}`
    case 'starts_with':
      return `(?s)${START}${literal(text)}`
    case 'ends_with':
      return `(?s)${literal(text)}${END}`
  }
}

const START = '\\A'
const END = '\\z'

function likePattern(text: string): string {
  const [first = '', ...others] = text.split(/%+/)
  const last = others.pop()
  const middle = others.map((piece) => `(?>.*?${wild(piece)})`).join('')
  const end = last === undefined ? END : last === '' ? '' : `.*${wild(last)}${END}`
  return `(?s)${START}${wild(first)}${middle}${end}`
}

/** `_` is any one character. */
function wild(piece: string): string {
  return piece.split('_').map(literal).join('.')
}

function literal(text: string): string {
  return text.replace(/[a-zA-Z\\^$.|?*+()[\]{}]/g, (character) =>
    /[a-z]/i.test(character) ? `[${character.toLowerCase()}${character.toUpperCase()}]` : `\\${character}`,
  )
}
