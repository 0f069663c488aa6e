import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { plainText } from '../../../core/plain-text.ts'

/** An object of a request to change schemas: keys in any case, words of the wire for booleans (dreamfactory-rest §5.5). */
export interface GivenObject {
  /** Undefined when absent. */
  get(key: string): Json | undefined
  /** Undefined when absent; null, blank or `[]` is null. Throws `bad_request` for what is no text. */
  text(key: string): string | null | undefined
  flag(key: string): boolean | undefined
  /** A whole number of at least 0; null is as absent. */
  number(key: string): number | undefined
  /** A list of texts, or one with commas between; null, blank or `[]` is null. */
  list(key: string): readonly string[] | null | undefined
}

const LONGEST_TEXT = 65_536
const MOST_ITEMS = 1_000

/** `what` is how messages call it: `field 'x'`. Throws `bad_request` for keys that mean nothing here. */
export function givenObject(given: Json, what: string, keys: ReadonlySet<string>): GivenObject {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw new AppError('bad_request', `The ${what} must be an object.`)
  const values = new Map<string, Json>()
  for (const [key, value] of Object.entries(given)) {
    const name = key.toLowerCase()
    if (!keys.has(name))
      throw new AppError('bad_request', `Unknown attribute '${key.slice(0, 64)}' of the ${what}.`, {
        hint: `Attributes: ${[...keys].join(', ')}`,
      })
    if (values.has(name))
      throw new AppError('bad_request', `Attribute '${name}' of the ${what} is given twice.`)
    values.set(name, value)
  }
  const wrong = (key: string, must: string) =>
    new AppError('bad_request', `'${key}' of the ${what} must be ${must}.`, { context: { attribute: key } })
  return {
    get: (key) => values.get(key),
    text(key) {
      const value = values.get(key)
      if (value === undefined) return undefined
      if (isEmpty(value)) return null
      if (typeof value !== 'string' || value.length > LONGEST_TEXT) throw wrong(key, 'text')
      return value
    },
    flag(key) {
      const value = values.get(key)
      if (value === undefined || value === null) return undefined
      const flag = FLAGS.get(plainText(value).toLowerCase())
      if (flag === undefined) throw wrong(key, 'true or false')
      return flag
    },
    number(key) {
      const value = values.get(key)
      if (value === undefined || isEmpty(value)) return undefined
      const number = Number(value)
      if (typeof value === 'object' || !Number.isSafeInteger(number) || number < 0)
        throw wrong(key, 'a whole number of at least 0')
      return number
    },
    list(key) {
      const value = values.get(key)
      if (value === undefined) return undefined
      if (isEmpty(value)) return null
      const items = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value
      if (!Array.isArray(items) || items.length > MOST_ITEMS) throw wrong(key, 'a list')
      return items.map((item) => {
        if (typeof item === 'object' || typeof item === 'boolean') throw wrong(key, 'a list of texts')
        return String(item)
      })
    },
  }
}

/** What an address names has that name in the body, or the address has its alias. Throws `bad_request`. */
export function requireSameName(given: GivenObject, name: string | undefined): void {
  const said = given.text('name')
  if (name === undefined || !said) return
  const own = [said, given.text('alias')].map((one) => one?.trim().toLowerCase())
  if (own.includes(name.trim().toLowerCase())) return
  throw new AppError('bad_request', `'name' is another one than '${name.slice(0, 64)}' of the address.`, {
    context: { attribute: 'name' },
  })
}

function isEmpty(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', 'on', 'yes', 'y', 't'].map((word) => [word, true] as const),
  ...['false', '0', 'off', 'no', 'n', 'f', ''].map((word) => [word, false] as const),
])

/** Without what was not said. */
export function present<T extends object>(object: { readonly [K in keyof T]: T[K] | undefined }): T {
  // Absent members are what exact optional types allow in place of undefined ones.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T
}
