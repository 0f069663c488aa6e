import type { TextMatch } from '../../../src/core/database/query.ts'

/**
 * A regular expression of the server for a pattern of SQL: anchored, ignoring the case of ASCII letters only, every other character
 * as it is. Nothing in the text is ever an operator of it.
 */
export function patternOf(op: 'like' | TextMatch, text: string): string {
  const body = [...text]
    .map((character) => (op === 'like' ? likeCharacter(character) : literal(character)))
    .join('')
  const start = op === 'contains' || op === 'ends_with' ? '' : '^'
  const end = op === 'contains' || op === 'starts_with' ? '' : '\\z'
  return `${start}${body}${end}`
}

function likeCharacter(character: string): string {
  if (character === '%') return '[\\s\\S]*'
  return character === '_' ? '[\\s\\S]' : literal(character)
}

function literal(character: string): string {
  if (/^[a-z]$/i.test(character)) return `[${character.toLowerCase()}${character.toUpperCase()}]`
  return /^[\^$\\.*+?()[\]{}|/#-]$/.test(character) ? `\\${character}` : character
}
