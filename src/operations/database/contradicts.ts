import type { Filter } from '../../core/database/query.ts'
import type { Json, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Values } from './record-values.ts'

/**
 * Refuses values that a row filter rules out by themselves, before the database sees them: else a conflict with a record
 * outside the filter would tell that it is there.
 */
export function requirePossible(filter: Filter | undefined, values: Values): void {
  if (filter && verdict(filter, values) === false) throw outside()
}

export function outside(): AppError {
  return new AppError('forbidden', 'Denied access to some of the requested fields.', {
    hint: 'The record would lie outside the rows your role may write.',
  })
}

/** Undefined where the given values do not decide: the database will. */
function verdict(filter: Filter, values: Values): boolean | undefined {
  switch (filter.op) {
    case 'and':
    case 'or': {
      const decisive = filter.op === 'or'
      const parts = filter.all.map((part) => verdict(part, values))
      if (parts.includes(decisive)) return decisive
      return parts.includes(undefined) ? undefined : !decisive
    }
    case 'not': {
      const inner = verdict(filter.filter, values)
      return inner === undefined ? undefined : !inner
    }
    case '=':
      return among(givenValue(filter.field, values), [filter.value])
    case 'in':
      return among(givenValue(filter.field, values), filter.values)
    default:
      return undefined
  }
}

/** Also inside of a document that is given whole, where the filter is about a part of it. */
function givenValue(name: string, values: Values): Value | undefined {
  if (Object.hasOwn(values, name)) return values[name]
  for (let dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
    const outer = values[name.slice(0, dot)]
    if (typeof outer !== 'object' || outer === null || !('json' in outer)) continue
    let inner: Json | undefined = outer.json
    for (const key of name.slice(dot + 1).split('.')) inner = memberOf(inner, key)
    return typeof inner === 'object' ? undefined : inner
  }
  return undefined
}

function memberOf(json: Json | undefined, key: string): Json | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined
  return Object.entries(json).find(([name]) => name === key)?.[1]
}

/** Only what is surely the same or surely another value decides; text that differs in case may be equal to a database. */
function among(given: Value | undefined, wanted: readonly Value[]): boolean | undefined {
  if (given === undefined || given === null) return undefined
  if (wanted.some((value) => String(value) === String(given))) return true
  const isPlain = (value: Value) =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  const alike = (value: Value) => String(value).toLowerCase().trim() === String(given).toLowerCase().trim()
  return isPlain(given) && wanted.every(isPlain) && !wanted.some(alike) ? false : undefined
}
