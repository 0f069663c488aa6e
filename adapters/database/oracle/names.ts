import { AppError } from '../../../src/core/errors.ts'

/**
 * SQL folds a name without quotes to upper case (SQL Language Reference, "Database Object Naming Rules"). Callers see such names in lower
 * case, as they are written in SQL; a name that needs quotes is shown as it is, and so is one whose lower case is a name of its own.
 */
export function shownName(stored: string, taken: ReadonlySet<string> = NONE): string {
  if (!FOLDED.test(stored)) return stored
  const lower = stored.toLowerCase()
  return taken.has(lower) ? stored : lower
}

const NONE: ReadonlySet<string> = new Set()
const FOLDED = /^[A-Z][A-Z0-9_$#]*$/

/** What a new thing is called in the database: the other way. */
export function storedName(shown: string): string {
  return /^[a-z][a-z0-9_$#]*$/.test(shown) && shown !== ROWID ? shown.toUpperCase() : shown
}

/** The one word that no column may be called in upper case, quoted or not. */
const ROWID = 'rowid'

/** Owner and name of a table are one text in its `source`: no name holds the character between them. */
const BETWEEN = '\u0000'

/** Owner and name; of a name that callers use, `orders` or `hr.orders`, what a new table would be called. */
export function pathOf(source: string): readonly string[] {
  if (source.includes(BETWEEN)) return source.split(BETWEEN)
  const [, owner, name] = /^([a-z][a-z0-9_$#]*)\.([a-z][a-z0-9_$#]*)$/i.exec(source) ?? []
  return owner === undefined || name === undefined
    ? [storedName(source)]
    : [storedName(owner), storedName(name)]
}

/** A name in quotes. Throws `bad_request` for what can be none: there is no way to write a quote inside of one. */
export function quoted(name: string): string {
  return `"${checkedName(name)}"`
}

export function quotedPath(path: readonly string[]): string {
  return path.map(quoted).join('.')
}

export function checkedName(name: string): string {
  if (name !== '' && !name.includes('"') && !name.includes(BETWEEN)) return name
  throw new AppError('bad_request', 'A name cannot be used in this database.', {
    hint: 'Names hold no double quotes.',
  })
}
