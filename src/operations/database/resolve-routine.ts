import type { CallQuery, Routine } from '../../core/database/query.ts'
import type { SimpleType } from '../../core/database/schema.ts'
import type { Json, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { signatureOf } from './routine-access.ts'
import {
  argumentValue,
  type GivenArguments,
  inputsOf,
  type MatchedArguments,
  matchArguments,
} from './routine-arguments.ts'

interface ResolveOptions extends GivenArguments {
  /** Refuse a call that leaves out a parameter without default, which would be null. */
  readonly isComplete: boolean
  /** A JSON value as it was given → as it is meant. */
  meant(json: Json): Json
}

type ResolvedCall = Pick<CallQuery, 'routine' | 'arguments'>

/**
 * The one of several signatures that the arguments are for, by their names, their number and, where these do not decide,
 * their types. Throws `bad_request` when none fits or several fit equally well.
 */
export function resolveRoutine(overloads: readonly Routine[], options: ResolveOptions): ResolvedCall {
  const tried = overloads.map((routine) => tryCall(routine, options))
  const fits = tried.flatMap((one) => ('call' in one ? [one] : []))
  const [best, other] = fits.toSorted((a, b) => compareFits(a.fit, b.fit))
  if (!best) throw noneFits(overloads, tried)
  if (other && compareFits(best.fit, other.fit) === 0) throw severalFit(overloads)
  return best.call
}

/** How far a signature is from the arguments, most important first; less is better. */
type Fit = readonly number[]

type Tried = { readonly problem: AppError } | { readonly call: ResolvedCall; readonly fit: Fit }

function tryCall(routine: Routine, options: ResolveOptions): Tried {
  try {
    const matched = new Map(
      [...matchArguments(routine, options)].map(([parameter, json]) => [parameter, options.meant(json)]),
    )
    const missing = missingFrom(routine, matched)
    if (options.isComplete && missing.length > 0) throw incomplete(routine, missing)
    const values = [...matched].map(([parameter, json]): [string, Value] => [
      parameter.name,
      argumentValue(parameter, json, options.isText),
    ])
    const strangeness = [...matched].reduce((sum, [{ type }, json]) => sum + strangenessOf(type, json), 0)
    const unused = inputsOf(routine).length - matched.size
    return {
      call: { routine, arguments: Object.fromEntries(values) },
      fit: [missing.length, unused, strangeness],
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_request') return { problem: error }
    throw error
  }
}

/** Inputs that are neither given nor have a default. */
function missingFrom(routine: Routine, matched: MatchedArguments): string[] {
  return inputsOf(routine)
    .filter((one) => one.default === undefined && !one.isVariadic && !matched.has(one))
    .map(({ name }) => name)
}

/** Types that take a JSON value as it is, in the order in which overloads are preferred. */
const NATURAL: Readonly<Record<string, readonly SimpleType[]>> = {
  integer: ['integer', 'bigint', 'decimal', 'double', 'float', 'money', 'smallint', 'tinyint'],
  fraction: ['decimal', 'double', 'float', 'money'],
  string: ['text', 'string', 'uuid', 'timestamptz', 'timestamp', 'date', 'timetz', 'time', 'json', 'jsonb'],
  boolean: ['boolean', 'jsonb', 'json'],
  object: ['array', 'object', 'jsonb', 'json'],
}

function strangenessOf(type: SimpleType, json: Json): number {
  if (json === null) return 0
  const kind = typeof json === 'number' ? (Number.isInteger(json) ? 'integer' : 'fraction') : typeof json
  const natural = NATURAL[kind] ?? []
  const place = natural.indexOf(type)
  return place < 0 ? natural.length : place
}

function compareFits(a: Fit, b: Fit): number {
  const index = a.findIndex((part, at) => part !== b[at])
  return index < 0 ? 0 : (a[index] ?? 0) - (b[index] ?? 0)
}

function incomplete(routine: Routine, missing: readonly string[]): AppError {
  return new AppError('bad_request', `'${routine.name}' needs ${missing.join(', ')}.`, {
    hint: `Write ${signatureOf(routine)}; null is a value too.`,
  })
}

function noneFits(overloads: readonly Routine[], tried: readonly Tried[]): AppError {
  const [only] = tried
  if (tried.length === 1 && only && 'problem' in only) return only.problem
  return new AppError('bad_request', `No form of '${overloads[0]?.name}' takes these arguments.`, {
    hint: `Its forms: ${forms(overloads)}.`,
  })
}

function severalFit(overloads: readonly Routine[]): AppError {
  return new AppError('bad_request', `More than one form of '${overloads[0]?.name}' takes these arguments.`, {
    hint: `Give all arguments of one of its forms, by name: ${forms(overloads)}.`,
  })
}

/** Most forms that an answer names. */
const MOST_FORMS = 10

function forms(overloads: readonly Routine[]): string {
  const named = overloads.slice(0, MOST_FORMS).map(signatureOf)
  return overloads.length > MOST_FORMS ? `${named.join('; ')}; …` : named.join('; ')
}
