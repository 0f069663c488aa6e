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

/** A double holds this many decimal digits for certain. */
const MOST_DIGITS = 15

/** Significant digits. */
function digitsOf(number: string): number {
  return number.replace(/\D/g, '').replace(/^0+|0+$/g, '').length
}
