/**
 * The text of an exact number as the wire has it (`Row` in core/database/value.ts): a number while no digit is lost, else the
 * text itself.
 */
export function exactNumber(text: string): number | string {
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  if (Number.isInteger(number) && !text.includes('.')) return Number.isSafeInteger(number) ? number : text
  return digitsOf(text) <= MOST_DIGITS ? number : text
}

/** From here on the digits of a double leave fewer than six behind the point. */
export const LARGE_MEAN = 1e9

/** The text of a mean, which seldom ends: a number with the digits of a double, or all that there are where those would tell too little. */
export function meanNumber(text: string): number | string {
  const number = Number(text)
  if (Math.abs(number) < LARGE_MEAN) return Number(number.toPrecision(MOST_DIGITS))
  const short = text.replace(/(\.\d*[1-9])0+$|\.0+$/, '$1')
  return exactNumber(short)
}

/** A double holds this many decimal digits for certain. */
const MOST_DIGITS = 15

/** Significant digits. */
function digitsOf(number: string): number {
  return number.replace(/\D/g, '').replace(/^0+|0+$/g, '').length
}
