type Values = Readonly<Record<string, unknown>>

/** `{status}`: nothing else in the text. */
const PLACE = /^\{([^{}]*)\}$/

/** The name in a text that is a place for a value; undefined for any other value. */
export function placeIn(value: unknown): string | undefined {
  return typeof value === 'string' ? PLACE.exec(value)?.[1] : undefined
}

/**
 * Arguments with the values in their places. A value is put in as it is: it becomes no name, no condition and no text of a filter.
 * A place without a value is left out, and with it the field or the condition that it is the value of.
 */
export function bindArguments(template: Values, values: Values): Record<string, unknown> {
  return Object.fromEntries(entriesOf(template, values))
}

function bound(value: unknown, values: Values): unknown {
  const place = placeIn(value)
  if (place !== undefined) return Object.hasOwn(values, place) ? values[place] : undefined
  if (Array.isArray(value))
    return value.map((item) => bound(item, values)).filter((item) => item !== undefined)
  if (typeof value !== 'object' || value === null) return value
  const entries = entriesOf({ ...value }, values)
  const isWithoutValue = 'value' in value && isCondition(value) && !entries.some(([key]) => key === 'value')
  return isWithoutValue ? undefined : Object.fromEntries(entries)
}

function entriesOf(template: Values, values: Values): [string, unknown][] {
  return Object.entries(template)
    .map(([key, value]): [string, unknown] => [key, bound(value, values)])
    .filter(([, value]) => value !== undefined)
}

/** As data, in a `where`. */
export function isCondition(value: object): boolean {
  return 'column' in value || 'field' in value
}
