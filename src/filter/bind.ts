import type { FieldName, FilterExpression, FilterValue } from '../core/filter.ts'
import { nearest } from '../core/names.ts'
import { excerpt, filterError } from './filter-error.ts'
import { applyModifiers, MODIFIER_NAMES, MOST_MODIFIERS, splitLookup } from './lookup-modifiers.ts'
import { mapValues } from './map-values.ts'
import { literal } from './read-value.ts'

type Plain = string | number | boolean | null

interface Bindings {
  /** Values of `:name`; the keys with or without the colon. */
  readonly params?: Readonly<Record<string, Plain>>
  /** Values of `{name}`; the keys in lower case. */
  readonly lookups: ReadonlyMap<string, Plain>
}

/**
 * The expression with every `:param` and `{lookup}` replaced by its value, as a literal: whatever a value holds, it
 * stays one value. Throws `bad_request` for a name that has no value.
 */
export function bindFilter(expression: FilterExpression, bindings: Bindings): FilterExpression {
  return mapValues(expression, (value, field) => bindValue(value, field, bindings))
}

function bindValue(value: FilterValue, field: FieldName, { params = {}, lookups }: Bindings): FilterValue {
  if (value.kind === 'param') return paramValue(value.name, field, params)
  if (value.kind === 'lookup') return lookupValue(value.name, field, lookups)
  return value
}

function paramValue(name: string, field: FieldName, params: Readonly<Record<string, Plain>>): FilterValue {
  const key = [name, `:${name}`].find((spelling) => Object.hasOwn(params, spelling))
  const given = key === undefined ? undefined : params[key]
  const bound = given === undefined ? undefined : literal(given)
  if (bound !== undefined) return bound
  const names = Object.keys(params).map((known) => known.replace(/^:/, ''))
  throw refusal(`The filter has the parameter :${excerpt(name, 60)}, and no value was given for it.`, field, {
    expected: `a value for :${excerpt(name, 60)}`,
    known: names.map((known) => `:${known}`),
    wanted: `:${name}`,
    example: `Pass params {":${excerpt(name, 60)}": "value"}.`,
  })
}

function lookupValue(lookup: string, field: FieldName, lookups: ReadonlyMap<string, Plain>): FilterValue {
  const { name, modifiers } = splitLookup(lookup)
  const found = lookups.get(name)
  const plain = found === undefined ? undefined : literal(found)
  if (plain === undefined)
    throw refusal(`There is no lookup {${excerpt(name, 60)}}.`, field, {
      expected: 'the name of a lookup',
      known: [...lookups.keys()].map((known) => `{${known}}`),
      wanted: `{${name}}`,
      example: 'For example owner = {user.id}. Quote a text with braces.',
    })
  if (modifiers.length === 0 || found === null) return plain
  const value = applyModifiers(String(found), modifiers)
  if (value !== undefined) return { kind: 'text', value }
  const unknown = modifiers.find((modifier) => !MODIFIER_NAMES.includes(modifier)) ?? ''
  throw refusal(`There is no lookup modifier ${excerpt(unknown, 60)}().`, field, {
    expected: `at most ${MOST_MODIFIERS} modifiers of a lookup`,
    known: MODIFIER_NAMES,
    wanted: unknown,
    example: 'For example {strtolower(user.email)}.',
  })
}

interface Missing {
  readonly expected: string
  readonly known: readonly string[]
  readonly wanted: string
  readonly example: string
}

function refusal(message: string, field: FieldName, { expected, known, wanted, example }: Missing) {
  const listed = known.slice(0, 30).join(', ')
  return filterError(message, {
    position: field.position ?? null,
    expected,
    hint: `${known.length === 0 ? 'None are given.' : `There are: ${listed}.`} ${example}`,
    didYouMean: nearest(excerpt(wanted, 60), known),
  })
}
