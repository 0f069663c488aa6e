/** `2027-01-31 12:00:00` or `2027-01-31T12:00:00.000000Z`, UTC → `2027-01-31T13:00` of this place; empty for nothing. */
export function localOfUtc(value: unknown): string {
  if (typeof value !== 'string' || value === '') return ''
  const date = dateOfUtc(value)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** The other way; null for nothing. */
export function utcOfLocal(value: string): string | null {
  return value === '' ? null : utcText(new Date(value))
}

/** As the API takes it. */
export function utcText(date: Date): string {
  return date.toISOString().slice(0, 19).replace('T', ' ')
}

/** A moment of the API, with or without its zone. */
export function dateOfUtc(value: string): Date {
  return new Date(/Z$|[+-]\d\d:\d\d$/.test(value) ? value : `${value.replace(' ', 'T')}Z`)
}
