import type { TextMatch } from '../../../src/core/database/query.ts'
import { literalPattern } from '../sql/dialect.ts'

/** A pattern for LIKE … ESCAPE '\' with small ASCII letters, as the text that it is compared with. Brackets are letters as others. */
export function textPattern(op: 'like' | TextMatch, text: string): string {
  const small = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return op === 'like' ? small.replace(/[\\[]/g, '\\$&') : literalPattern(op, small, /[%_[\\]/g)
}
