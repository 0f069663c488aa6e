import { AppError } from '../../../core/errors.ts'

/** Of at most 63 bytes, which every engine can hold, and without anything that means something in an address or a list. */
const NAME = /^[\p{L}_][\p{L}\p{N}_$ -]*$/u
const MOST_BYTES = 63

/** Words that stand for something else where a field's name could stand. */
const TAKEN: ReadonlySet<string> = new Set(['_field', '_related'])

/** The name of something new, as it was given. `what` is what it is of: `field`. Throws `bad_request`. */
export function newName(name: string, what: 'table' | 'field' | 'alias'): string {
  // A table may be in another schema of the database.
  const parts = what === 'table' ? name.split('.', 2) : [name]
  const isName = parts.every(
    (part) => NAME.test(part) && part.trim() === part && new TextEncoder().encode(part).length <= MOST_BYTES,
  )
  if (isName && !TAKEN.has(name.toLowerCase())) return name
  throw new AppError('bad_request', `'${name.slice(0, 80)}' cannot be the name of a ${what}.`, {
    hint: `Names begin with a letter or an underscore, hold letters, digits, underscores, spaces, hyphens and $, and have at most ${MOST_BYTES} bytes.`,
  })
}
