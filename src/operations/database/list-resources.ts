import { z } from 'zod'
import { defineOperation } from '../../core/operation.ts'
import { loadSchema, visibleTables } from './table-access.ts'

const input = z.strictObject({ refresh: z.boolean().optional() })

interface Resources {
  readonly resources: readonly string[]
  /** Strings usable as components of role rules (dreamfactory-rest §1.10). */
  readonly access_list: readonly string[]
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
    const spec = caller.policy.decide(service.info.name, '_spec', 'GET').allowed ? ['_spec'] : []
    return {
      resources: groups,
      access_list: ['', '*', ...below('_schema', tables), ...below('_table', tables), ...routines, ...spec],
    }
  },
})
