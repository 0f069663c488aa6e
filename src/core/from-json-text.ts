import type { Json } from './database/value.ts'
import { JsonReader } from './json-reader.ts'

/** A number that may have too many digits, not inside of quotes; a few texts look the same. */
const LONG_NUMBER = /(?:^|[[:,])\s*-?(?:[\d.]{16}|[\d.]+[eE][+-]?\d{3})/

export function mayLoseDigits(text: string): boolean {
  return LONG_NUMBER.test(text)
}

/** JSON text of a database → value. Throws `SyntaxError`. */
export function fromJsonText(text: string): Json {
  const value: Json = JSON.parse(text)
  if (!mayLoseDigits(text)) return value
  const read = new JsonReader(text, Number.POSITIVE_INFINITY).read()
  return 'value' in read ? read.value : value
}
