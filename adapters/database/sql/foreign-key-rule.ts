import { AppError } from '../../../src/core/errors.ts'

const RULES = new Set(['NO ACTION', 'RESTRICT', 'SET NULL', 'SET DEFAULT', 'CASCADE'])

/** `cascade` → `CASCADE`, nothing → `NO ACTION`. Throws `bad_request` for what is no rule of SQL. */
export function foreignKeyRule(text: string): string {
  const upper = text === '' ? 'NO ACTION' : text.toUpperCase()
  if (RULES.has(upper)) return upper
  throw new AppError('bad_request', `'${text}' is not a rule of a foreign key.`, {
    hint: `Use ${[...RULES].join(', ')}.`,
  })
}
