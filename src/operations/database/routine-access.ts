import type { Routine, RoutineKind, RoutineParameter, Routines } from '../../core/database/query.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { type AccessPolicy, VERBS, type Verb } from '../../core/policy.ts'

const GROUPS = { procedure: '_proc', function: '_func' } as const

/** The resource group of a kind of routine. */
export function groupOf(kind: RoutineKind): '_proc' | '_func' {
  return GROUPS[kind]
}

export const ROUTINE_KINDS = ['procedure', 'function'] as const satisfies readonly RoutineKind[]

/**
 * What roles name when they mean a routine; overloads share it. A slash must not read as something below another routine,
 * nor a parenthesis as the arguments of one.
 */
export function routineResource(kind: RoutineKind, name: string): string {
  return `${groupOf(kind)}/${name.replaceAll('/', '%2F').replaceAll('(', '%28')}`
}

/** Verbs the policy grants on a routine; with GET alone it is called read-only. */
export function verbsOnRoutine(
  policy: AccessPolicy,
  service: string,
  kind: RoutineKind,
  name: string,
): Verb[] {
  return VERBS.filter((verb) => policy.decide(service, routineResource(kind, name), verb).allowed)
}

/** A routine exists for a caller who may call it, be it read-only. */
export function callableRoutines(
  { all }: Routines,
  policy: AccessPolicy,
  service: string,
  kind: RoutineKind,
): Routine[] {
  const isCallable = (verb: Verb) => verb === 'POST' || verb === 'GET'
  return all.filter(({ name }) => verbsOnRoutine(policy, service, kind, name).some(isCallable))
}

/** `visible` are the names the caller may know. */
export function unknownRoutine(kind: RoutineKind, name: string, visible: readonly string[]): AppError {
  const near = nearest(name, visible)
  const what = kind === 'procedure' ? 'Procedure' : 'Function'
  return new AppError('not_found', `${what} '${name}' does not exist in the database.`, {
    hint: `${didYouMean(near)} List the ${kind}s first.`.trim(),
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}

/** `add(a integer, b integer = 1)` */
export function signatureOf({ name, parameters }: Routine): string {
  return `${name}(${parameters.map((one) => parameterText({ ...one, type: one.dbType || one.type })).join(', ')})`
}

type ParameterWords = Pick<RoutineParameter, 'name' | 'mode'> & {
  readonly type: string
  readonly default?: string | null | undefined
}

/** `OUT total integer`, `a integer = 1`; IN goes without saying. */
export function parameterText({ name, mode, type, default: value }: ParameterWords): string {
  const isGiven = value !== undefined && value !== null
  return `${mode === 'IN' ? '' : `${mode} `}${name} ${type}${isGiven ? ` = ${value}` : ''}`
}
