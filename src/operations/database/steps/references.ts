import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'

/** What earlier steps answered, by their lower-cased names. */
export type Results = ReadonlyMap<string, readonly Row[]>

/**
 * `{"$ref":"order.id"}` anywhere in a value stands for a field of the first record that the step `order` answered;
 * `order.2.id` of the third. `{"$literal": …}` stands for what is in it, as it is. Throws `bad_request` for what is not there.
 */
export function resolveReferences(value: unknown, results: Results): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveReferences(item, results))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[key, inner] = []] = entries
  if (entries.length === 1 && key === '$literal') return inner
  if (entries.length === 1 && key === '$ref') return referred(inner, results)
  return Object.fromEntries(entries.map(([name, item]) => [name, resolveReferences(item, results)]))
}

function referred(reference: unknown, results: Results): unknown {
  if (typeof reference !== 'string')
    throw new AppError('bad_request', `'$ref' takes text such as "order.id".`)
  const [step = '', ...path] = reference.split('.')
  const rows = results.get(step.toLowerCase())
  if (!rows)
    throw new AppError(
      'bad_request',
      `'$ref': there is no step named '${step.slice(0, 64)}' before this one.`,
    )
  const [first] = path
  const isPlace = path.length > 1 && first !== undefined && /^\d{1,6}$/.test(first)
  const found = walk(rows[isPlace ? Number(first) : 0], isPlace ? path.slice(1) : path)
  if (found !== undefined && path.length > 0) return found
  throw new AppError(
    'bad_request',
    `'$ref': '${reference.slice(0, 200)}' is not in what that step answered.`,
    {
      hint: 'Steps answer keys; ask for more with fields.',
    },
  )
}

/** A field's own name may have dots in it. */
function walk(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return value
  if (typeof value !== 'object' || value === null) return undefined
  const whole = path.join('.')
  if (Object.hasOwn(value, whole)) return Reflect.get(value, whole)
  const [first = '', ...rest] = path
  return Object.hasOwn(value, first) ? walk(Reflect.get(value, first), rest) : undefined
}
