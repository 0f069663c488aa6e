import type { Rename } from '../../core/database/adapter.ts'
import type { RenameEffects } from '../../core/service.ts'
import type { RoleRecord, RuleRecord, Snapshot } from '../snapshot.ts'

type Effect = 'none' | 'narrowed' | 'widened'

/**
 * What a new name does to roles: rules name tables and fields, and do not go on with them. A role that has the same rules for both
 * names is as it was. One that has none for either is, too: its rules name all tables. Any other is told of.
 */
export function renameEffects(
  serviceId: number,
  rename: Rename,
  { roleById, services, tools, limits, extras }: Snapshot,
): RenameEffects {
  const service = services.find(({ id }) => id === serviceId)?.name.toLowerCase()
  const roles = [...roleById.values()].map((role) => ({ role, effect: effectOn(role, service, rename) }))
  const named = (effect: Effect) => roles.filter((one) => one.effect === effect).map(({ role }) => role.name)
  const word = new RegExp(
    `(?<![\\p{L}\\p{N}_])${escaped(rename.field ?? rename.table)}(?![\\p{L}\\p{N}_])`,
    'iu',
  )
  const names = (value: unknown) => word.test(JSON.stringify(value))
  return {
    widened: named('widened'),
    narrowed: named('narrowed'),
    others: [
      ...tools.filter((tool) => tool.service === service && names(tool)).map(({ name }) => `tool '${name}'`),
      ...limits
        .filter((limit) => (limit.service ?? service) === service && names(limit))
        .map(({ name }) => `limit '${name}'`),
      ...[...extras].flatMap(([id, { tables }]) =>
        id === serviceId || ![...tables.values()].some(({ virtualRelations }) => leadsHere(virtualRelations))
          ? []
          : [`relations of service ${services.find((one) => one.id === id)?.name ?? id}`],
      ),
    ],
  }

  function leadsHere(relations: readonly { readonly refServiceId?: number | undefined }[]): boolean {
    return relations.some((relation) => relation.refServiceId === serviceId && names(relation))
  }
}

function effectOn({ rules }: RoleRecord, service: string | undefined, rename: Rename): Effect {
  const own = rules.filter((rule) => rule.service === null || rule.service.toLowerCase() === service)
  return rename.field === undefined ? ofTable(own, rename) : ofField(own, rename.field, rename.to)
}

function ofTable(rules: readonly RuleRecord[], { table, to }: Rename): Effect {
  const [old, now] = [table.toLowerCase(), newTableName(table, to).toLowerCase()]
  const [before, after] = [rulesOf(rules, old), rulesOf(rules, now)]
  const filters = rules.flatMap((rule) => segmentsOf(rule))
  if (filters.some((name) => namesRelation(name, now))) return 'widened'
  const isNamed = filters.some((name) => namesRelation(name, old))
  if (before.join('\n') === after.join('\n')) return isNamed ? 'narrowed' : 'none'
  const isReached = rules.some(({ component, verbMask }) => verbMask !== 0 && coversTables(component))
  return after.length > 0 || isReached ? 'widened' : 'narrowed'
}

/** Without what is before the dot, the name is in the same schema of the database. */
function newTableName(table: string, to: string): string {
  const dot = table.indexOf('.')
  return dot < 0 ? to : `${table.slice(0, dot)}.${to}`
}

const GROUPS = ['_table', '_schema', '_delete_all']

/** What the rules for a table, its schema and its records say, in an order of their own; the name itself left out. */
function rulesOf(rules: readonly RuleRecord[], table: string): readonly string[] {
  const paths = GROUPS.map((group) => `${group}/${table.replaceAll('/', '%2f')}`)
  return rules
    .flatMap(({ component, ...rule }) => {
      const { text, isOpen } = componentOf(component)
      if (isOpen && GROUPS.some((group) => `${group}/`.startsWith(text))) return []
      const at = paths.find((path) => text === path || text.startsWith(`${path}/`))
      const isBegun = isOpen && paths.some((path) => `${path}/`.startsWith(text))
      if (at === undefined && !isBegun) return []
      // One that covers the beginning of a name is the same rule for every name that it covers.
      const place = at === undefined ? component : [GROUPS[paths.indexOf(at)], text.slice(at.length), isOpen]
      return [JSON.stringify([place, rule])]
    })
    .sort()
}

/** A rule with a star that reaches tables whatever their names. */
function coversTables(component: string): boolean {
  const { text, isOpen } = componentOf(component)
  return isOpen && GROUPS.some((group) => `${group}/`.startsWith(text))
}

/** As rules are read: what it names, and whether all that begins so is meant. */
function componentOf(component: string): { readonly text: string; readonly isOpen: boolean } {
  const path = component
    .trim()
    .toLowerCase()
    .replace(/^\/+/, '')
    .replaceAll(/\/{2,}/g, '/')
  if (path.endsWith('*')) return { text: path.slice(0, -1), isOpen: true }
  return { text: path, isOpen: path.endsWith('/') }
}

function ofField(rules: readonly RuleRecord[], field: string, to: string): Effect {
  const [old, now] = [field.toLowerCase(), to.toLowerCase()]
  // A rule may name a field inside of the document that is renamed.
  const shows = (name: string) =>
    rules.some(({ fields }) => fields?.some((one) => `${one.trim().toLowerCase()}.`.startsWith(`${name}.`)))
  const filtersBy = (name: string) => rules.some((rule) => segmentsOf(rule).includes(name))
  if (shows(now) || filtersBy(now)) return 'widened'
  return shows(old) || filtersBy(old) ? 'narrowed' : 'none'
}

function segmentsOf({ filters }: RuleRecord): readonly string[] {
  return filters.flatMap(({ name }) => name.toLowerCase().split('.'))
}

function namesRelation(segment: string, table: string): boolean {
  return segment.startsWith(`${table}_by_`) || segment.includes(`_by_${table}`)
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}
