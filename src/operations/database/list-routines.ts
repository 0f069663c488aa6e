import { z } from 'zod'
import type { Routine, RoutineKind } from '../../core/database/query.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import type { Verb } from '../../core/policy.ts'
import { labelOf } from './labels.ts'
import { callableRoutines, groupOf, unknownRoutine, verbsOnRoutine } from './routine-access.ts'

const input = z.strictObject({
  /** Only routines of these names. */
  ids: z.array(z.string()).optional(),
  /** Only routines of this schema of the database. */
  schema: z.string().optional(),
  refresh: z.boolean().optional(),
})

/** A routine on the wire (dreamfactory-rest §6). One signature: overloads are several of one name. */
export interface RoutineDescription {
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly native: readonly []
  readonly access: readonly Verb[]
  /** Functions only, as the database spells it. */
  readonly return_type: string | null
  readonly return_schema: null
  readonly params: readonly ParameterDescription[]
}

interface ParameterDescription {
  readonly name: string
  readonly position: number
  readonly param_type: 'IN' | 'OUT' | 'INOUT'
  readonly type: string
  readonly db_type: string
  readonly length: number | null
  readonly precision: number | null
  readonly scale: number | null
  readonly default: string | null
}

export const listProcedures = listRoutines('procedure')
export const listFunctions = listRoutines('function')

/** The routines of a kind that the caller may call. Throws `not_found` for an id that is none of them. */
function listRoutines(kind: RoutineKind) {
  return defineOperation<z.infer<typeof input>, { readonly routines: readonly RoutineDescription[] }>({
    name: `list_${kind}s`,
    kind: 'database',
    verb: 'GET',
    needs: [`${kind}s`],
    input,
    resource: () => groupOf(kind),
    filtersItself: true,
    async run({ ids, schema: prefix, refresh }, context) {
      const { caller, service, signal } = context
      const routines = await service.routines(kind, { signal, refresh })
      const callable = callableRoutines(routines, caller.policy, service.info.name, kind)
      const inSchema =
        prefix === undefined
          ? callable
          : callable.filter(({ name }) => name.toLowerCase().startsWith(`${prefix.toLowerCase()}.`))
      const wanted = ids === undefined ? inSchema : ids.flatMap((id) => namedRoutines(kind, id, inSchema))
      return { routines: wanted.map((routine) => describe(routine, context)) }
    },
  })
}

function namedRoutines(kind: RoutineKind, id: string, routines: readonly Routine[]): Routine[] {
  const found = routines.filter(({ name }) => name.toLowerCase() === id.trim().toLowerCase())
  if (found.length > 0) return found
  throw unknownRoutine(
    kind,
    id,
    routines.map(({ name }) => name),
  )
}

function describe(routine: Routine, { caller, service }: OperationContext): RoutineDescription {
  return {
    name: routine.name,
    label: labelOf(routine.name),
    description: routine.description ?? null,
    native: [],
    access: verbsOnRoutine(caller.policy, service.info.name, routine.kind, routine.name),
    return_type: routine.returns?.dbType ?? null,
    return_schema: null,
    params: routine.parameters.map((parameter) => ({
      name: parameter.name,
      position: parameter.position,
      param_type: parameter.mode,
      type: parameter.type,
      db_type: parameter.dbType,
      length: parameter.length ?? null,
      precision: parameter.precision ?? null,
      scale: parameter.scale ?? null,
      default: parameter.default ?? null,
    })),
  }
}
