import { z } from 'zod'
import { defineOperation } from '../../core/operation.ts'
import { VERBS, type Verb } from '../../core/policy.ts'
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
    const groups = ['_schema', '_table']
    if (capabilities.has('procedures')) groups.push('_proc')
    if (capabilities.has('functions')) groups.push('_func')
    const tables = visibleTables(await loadSchema(context, refresh), context).map(({ name }) => name)
    const below = (group: string, names: readonly string[]) => [
      `${group}/`,
      `${group}/*`,
      ...names.flatMap((name) => [`${group}/${name}/`, `${group}/${name}/*`]),
    ]
    const routines = groups.slice(2).flatMap((group) => below(group, []))
    const verbs = [...new Set(tables.flatMap((table) => verbsOn(caller.policy, service.info.name, table)))]
    const accessOf = (group: string): Verb[] => {
      if (group === '_schema') return ['GET']
      if (group === '_table') return VERBS.filter((verb) => verbs.includes(verb))
      return VERBS.filter((verb) => caller.policy.decide(service.info.name, group, verb).allowed)
    }
    const spec = caller.policy.decide(service.info.name, '_spec', 'GET').allowed ? ['_spec'] : []
    return {
      resources: groups,
      details: groups.map((name) => ({ name, label: LABELS[name] ?? name, access: accessOf(name) })),
      access_list: ['', '*', ...below('_schema', tables), ...below('_table', tables), ...routines, ...spec],
    }
  },
})
