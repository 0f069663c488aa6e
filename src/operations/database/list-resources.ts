import { z } from 'zod'
import type { RoutineKind } from '../../core/database/query.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { VERBS, type Verb } from '../../core/policy.ts'
import { callableRoutines, groupOf, ROUTINE_KINDS, verbsOnRoutine } from './routine-access.ts'
import { loadSchema, verbsOn, visibleTables } from './table-access.ts'

const input = z.strictObject({ refresh: z.boolean().optional() })

interface Resources {
  readonly resources: readonly string[]
  /** The same with a label and the verbs that the caller has on something below. */
  readonly details: readonly {
    readonly name: string
    readonly label: string
    readonly access: readonly Verb[]
  }[]
  /** Strings usable as components of role rules (dreamfactory-rest §1.10). */
  readonly access_list: readonly string[]
}

const LABELS: Readonly<Record<string, string>> = {
  _schema: 'Schema',
  _table: 'Table',
  _proc: 'Procedure',
  _func: 'Function',
}

/** What a database service offers: its resource groups, and everything a role could name. */
export const listResources = defineOperation<z.infer<typeof input>, Resources>({
  name: 'list_resources',
  kind: 'database',
  verb: 'GET',
  needs: [],
  input,
  resource: () => '',
  filtersItself: true,
  async run({ refresh }, context) {
    const { caller, service } = context
    const { capabilities } = service.adapter
    const kinds = ROUTINE_KINDS.filter((kind) => capabilities.has(`${kind}s`))
    const tables = visibleTables(await loadSchema(context, refresh), context).map(({ name }) => name)
    const below = (group: string, names: readonly string[]) => [
      `${group}/`,
      `${group}/*`,
      ...names.flatMap((name) => [`${group}/${name}/`, `${group}/${name}/*`]),
    ]
    const routines = await Promise.all(kinds.map((kind) => routinesOf(kind, context)))
    const verbs = [...new Set(tables.flatMap((table) => verbsOn(caller.policy, service.info.name, table)))]
    const spec = caller.policy.decide(service.info.name, '_spec', 'GET').allowed ? ['_spec'] : []
    const details = [
      detail('_schema', ['GET']),
      detail('_table', verbs),
      ...routines.map(({ group, access }) => detail(group, access)),
    ]
    return {
      resources: details.map(({ name }) => name),
      details,
      access_list: [
        '',
        '*',
        ...below('_schema', tables),
        ...below('_table', tables),
        ...routines.flatMap(({ group, names }) => below(group, names)),
        ...spec,
      ],
    }
  },
})

function detail(name: string, access: readonly Verb[]): Resources['details'][number] {
  return { name, label: LABELS[name] ?? name, access: VERBS.filter((verb) => access.includes(verb)) }
}

/** The routines of a kind that the caller may call, and the verbs on any of them. */
async function routinesOf(kind: RoutineKind, { caller, service, signal }: OperationContext) {
  const { policy } = caller
  const routines = await service.routines(kind, { signal })
  const callable = callableRoutines(routines, policy, service.info.name, kind)
  const names = [...new Set(callable.map(({ name }) => name))]
  const access = names.flatMap((name) => verbsOnRoutine(policy, service.info.name, kind, name))
  return { group: groupOf(kind), names, access }
}
