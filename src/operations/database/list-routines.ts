import { z } from 'zod'
import type { Routine, RoutineKind } from '../../core/database/query.ts'
import { defineOperation } from '../../core/operation.ts'
import { labelOf } from './labels.ts'

const input = z.strictObject({ ids: z.array(z.string()).optional(), refresh: z.boolean().optional() })

/** A routine on the wire (dreamfactory-rest §6). */
export interface RoutineDescription {
  readonly name: string
  readonly label: string
  readonly description: string | null
  readonly return_type: string | null
  readonly params: readonly {
    readonly name: string
    readonly position: number
    readonly param_type: 'IN' | 'OUT' | 'INOUT'
    readonly type: string
    readonly default: string | null
  }[]
}

export const listProcedures = listRoutines('procedure')
export const listFunctions = listRoutines('function')

/** The routines of a kind that the caller may call. */
function listRoutines(kind: RoutineKind) {
  const group = kind === 'procedure' ? '_proc' : '_func'
  return defineOperation<z.infer<typeof input>, { readonly routines: readonly RoutineDescription[] }>({
    name: `list_${kind}s`,
    kind: 'database',
    verb: 'GET',
    needs: [kind === 'procedure' ? 'procedures' : 'functions'],
    input,
    resource: () => group,
    filtersItself: true,
    async run({ ids }, { caller, service, signal }) {
      const routines = await service.adapter.listRoutines(kind, { signal })
      const callable = routines.filter(({ name }) =>
        (['GET', 'POST'] as const).some(
          (verb) => caller.policy.decide(service.info.name, `${group}/${name}`, verb).allowed,
        ),
      )
      const wanted = ids?.map((id) => id.toLowerCase())
      return {
        routines: callable
          .filter(({ name }) => !wanted || wanted.includes(name.toLowerCase()))
          .map(description),
      }
    },
  })
}

function description(routine: Routine): RoutineDescription {
  return {
    name: routine.name,
    label: labelOf(routine.name),
    description: routine.description ?? null,
    return_type: routine.returns?.dbType ?? null,
    params: routine.parameters.map(({ name, position, mode, type, default: value }) => ({
      name,
      position,
      param_type: mode,
      type,
      default: value ?? null,
    })),
  }
}
