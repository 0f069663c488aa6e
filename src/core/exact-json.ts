/**
 * JSON whose numbers may have more digits than a double. Such a number is text with all of its digits, as every value of ours
 * is; that it was a number is noted beside it, in the object or list that holds it, where nobody sees it. So it can be stored in
 * a field of numbers as text, and in a document as the number that it was.
 */
const NUMBERS: unique symbol = Symbol('numbers')

export function noteNumber(holder: object, key: string): void {
  const known = numbersIn(holder)
  if (known) known.add(key)
  else Object.defineProperty(holder, NUMBERS, { value: new Set([key]) })
}

/** True for text that was a number. */
export function isNumberText(holder: object, key: string): boolean {
  return numbersIn(holder)?.has(key) ?? false
}

function numbersIn(holder: object): Set<unknown> | undefined {
  const found: unknown = Reflect.get(holder, NUMBERS)
  return found instanceof Set ? found : undefined
}

/** True for a number of JSON that is another one as a double. */
export function lostDigits(literal: string): boolean {
  const number = Number(literal)
  if (/^-?\d+$/.test(literal)) return !Number.isSafeInteger(number)
  const digits = digitsOf(literal)
  if (!Number.isFinite(number) || (number === 0 && digits !== '')) return true
  if (digits.length <= DIGITS_OF_A_DOUBLE) return false
  if (digits.length > MOST_DIGITS_OF_A_DOUBLE) return true
  return digitsOf(number.toPrecision(digits.length)) !== digits
}

/** A double holds any number of so many significant digits … */
const DIGITS_OF_A_DOUBLE = 15
/** … and needs no more than these. */
const MOST_DIGITS_OF_A_DOUBLE = 17

function digitsOf(literal: string): string {
  return literal
    .replace(/[eE].*/, '')
    .replaceAll(/[-.]/g, '')
    .replace(/^0+|0+$/g, '')
}

/** As `JSON.stringify`, for what has only what JSON has; numbers that were noted are numbers again. */
export function toJsonText(value: unknown): string {
  return hasNumbers(value) ? written(value) : (JSON.stringify(value) ?? 'null')
}

function hasNumbers(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return numbersIn(value) !== undefined || Object.values(value).some(hasNumbers)
}

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const numbers = numbersIn(value)
  const member = (item: unknown, key: string) =>
    typeof item === 'string' && numbers?.has(key) ? item : written(item)
  if (Array.isArray(value)) return `[${value.map((item, at) => member(item, String(at))).join(',')}]`
  const members = Object.entries(value).filter(([, item]) => item !== undefined)
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${member(item, key)}`).join(',')}}`
}
