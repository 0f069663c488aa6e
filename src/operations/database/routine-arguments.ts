import type { Routine, RoutineParameter } from '../../core/database/query.ts'
import { valueClassOf } from '../../core/database/schema.ts'
import type { Json, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { signatureOf } from './routine-access.ts'
import { saidOf, takenBy, valueOfType } from './values.ts'

/** The arguments of a request, before it is known which parameters they are for. */
export interface GivenArguments {
  /** By name in any case, or in the order of the parameters. */
  readonly given: Readonly<Record<string, Json>> | readonly Json[]
  /** By name; those that are no parameters mean something else. */
  readonly spare: Readonly<Record<string, Json>>
  /** The arguments came as text, where JSON has to be written as text too. */
  readonly isText: boolean
}

/** Arguments by the parameters of one signature. */
export type MatchedArguments = ReadonlyMap<RoutineParameter, Json>

/** What a caller gives values for. OUT parameters may be named and are ignored (dreamfactory-rest §6). */
export function inputsOf({ parameters }: Routine): RoutineParameter[] {
  return parameters.filter(({ mode }) => mode !== 'OUT')
}

/** Throws `bad_request` for arguments that the signature has no parameter for. */
export function matchArguments(routine: Routine, { given, spare }: GivenArguments): MatchedArguments {
  const matched = isList(given) ? byPosition(routine, given) : byName(routine, given)
  for (const [name, value] of Object.entries(spare)) {
    const parameter = parameterNamed(routine, name)
    if (parameter && parameter.mode !== 'OUT' && !matched.has(parameter)) matched.set(parameter, value)
  }
  return matched
}

function isList(given: GivenArguments['given']): given is readonly Json[] {
  return Array.isArray(given)
}

function byPosition(routine: Routine, values: readonly Json[]): Map<RoutineParameter, Json> {
  const inputs = inputsOf(routine)
  const last = inputs.at(-1)
  const fixed = last?.isVariadic ? inputs.slice(0, -1) : inputs
  const rest = values.slice(fixed.length)
  if (rest.length > 0 && !last?.isVariadic) {
    throw new AppError(
      'bad_request',
      `'${routine.name}' takes ${inputs.length} arguments, not ${values.length}.`,
      { hint: `Write ${signatureOf(routine)}.` },
    )
  }
  const matched = new Map(
    fixed.slice(0, values.length).map((parameter, index) => [parameter, values[index] ?? null]),
  )
  return last && rest.length > 0 ? matched.set(last, rest) : matched
}

function byName(routine: Routine, values: Readonly<Record<string, Json>>): Map<RoutineParameter, Json> {
  const matched = new Map<RoutineParameter, Json>()
  for (const [name, value] of Object.entries(values)) {
    const parameter = parameterNamed(routine, name)
    if (!parameter) throw unknownParameter(routine, name)
    if (parameter.mode === 'OUT') continue
    if (matched.has(parameter))
      throw new AppError('bad_request', `Parameter '${parameter.name}' is given twice.`)
    matched.set(parameter, parameter.isVariadic && !Array.isArray(value) ? [value] : value)
  }
  return matched
}

function parameterNamed({ parameters }: Routine, name: string): RoutineParameter | undefined {
  const wanted = name.toLowerCase()
  return (
    parameters.find((known) => known.name === name) ??
    parameters.find((known) => known.name.toLowerCase() === wanted)
  )
}

function unknownParameter(routine: Routine, name: string): AppError {
  const near = nearest(
    name,
    inputsOf(routine).map((parameter) => parameter.name),
  )
  return new AppError('bad_request', `'${routine.name}' has no parameter '${name}'.`, {
    hint: didYouMean(near) || `Write ${signatureOf(routine)}.`,
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}

/** The value of an argument for the database. Throws `bad_request` naming the parameter and its type. */
export function argumentValue(parameter: RoutineParameter, json: Json, isText: boolean): Value {
  const { name, type, dbType } = parameter
  const isList = type === 'array'
  // No text is a list or a row: there it can only be the JSON of one.
  const read = isText || isList || type === 'object' ? readJson(parameter, json) : json
  const isWrongList = isList && read !== null && !Array.isArray(read)
  const typed = read === undefined || isWrongList ? undefined : valueOfType(type, read)
  const value = typed === undefined ? takenBy(parameter, json) : typed
  if (value !== undefined) return value
  throw new AppError('bad_request', `Parameter '${name}' must be ${isList ? 'a list' : saidOf(type)}.`, {
    context: { parameter: name, type: dbType || type },
  })
}

/** JSON text as the JSON it is, for parameters that take JSON; undefined when it is none. */
function readJson({ type }: RoutineParameter, json: Json): Json | undefined {
  if (typeof json !== 'string' || valueClassOf(type) !== 'json') return json
  try {
    return JSON.parse(json)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
