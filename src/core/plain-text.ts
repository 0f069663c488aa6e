/** Of a text, number or boolean; blank for an object or a list, which JSON can make of a kind that `String` throws at. */
export function plainText(value: unknown): string {
  return typeof value === 'object' && value !== null ? '' : String(value)
}
