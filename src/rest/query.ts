/** A parsed query string: a repeated name gives a list. */
export type Query = Readonly<Record<string, string | readonly string[] | undefined>>

/** The value of a name; the last one when it is repeated, as PHP reads it. */
export function queryText(query: Query, name: string): string | undefined {
  const value = query[name]
  return typeof value === 'object' ? value.at(-1) : value
}

const TRUE_WORDS = /^(?:true|1|on|yes|y|t)$/i

/** Whether a text is a boolean of the wire; an empty one is false. */
export function isFlag(value: string): boolean {
  return TRUE_WORDS.test(value) || FALSE_WORDS.test(value)
}

const FALSE_WORDS = /^(?:false|0|off|no|n|f|)$/i

/** Booleans of the wire (dreamfactory-rest §1.7): these words are true, everything else is false. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 1 || (typeof value === 'string' && TRUE_WORDS.test(value))
}
