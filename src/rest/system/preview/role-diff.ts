import { VERBS, type Verb } from '../../../core/policy.ts'
import type { ServiceView, TableView } from './role-view.ts'

/** What one state of a role has that another has not, by service; services that are alike are left out. */
export interface ServiceDiff {
  readonly service: string
  readonly tools: { readonly added: readonly string[]; readonly removed: readonly string[] }
  readonly tokens: Change<number>
  readonly tables: readonly TableDiff[]
}

interface Change<T> {
  readonly before: T
  readonly after: T
}

interface TableDiff {
  readonly table: string
  readonly granted: readonly Verb[]
  readonly taken: readonly Verb[]
  /** Columns that are shown, or no longer. */
  readonly columns: { readonly added: readonly string[]; readonly removed: readonly string[] }
  readonly has_row_filter: Change<boolean>
  readonly rows: Change<number | null>
}

/** `before` is what it is compared with. */
export function roleDiff(after: readonly ServiceView[], before: readonly ServiceView[]): ServiceDiff[] {
  return after.flatMap((now) => {
    const then = before.find(({ service }) => service === now.service)
    const diff = then && serviceDiff(now, then)
    return diff ? [diff] : []
  })
}

function serviceDiff(now: ServiceView, then: ServiceView): ServiceDiff | undefined {
  const names = (view: ServiceView) => view.tools.map(({ name }) => name)
  const tools = listDiff(names(now), names(then))
  const tables = now.tables.flatMap((table) => {
    const before = then.tables.find(({ name }) => name === table.name)
    const diff = before && tableDiff(table, before)
    return diff ? [diff] : []
  })
  const isAlike = tools.added.length + tools.removed.length + tables.length === 0
  const tokens = { before: then.tokens, after: now.tokens }
  return isAlike ? undefined : { service: now.service, tools, tokens, tables }
}

function listDiff(has: readonly string[], had: readonly string[]) {
  return {
    added: has.filter((name) => !had.includes(name)),
    removed: had.filter((name) => !has.includes(name)),
  }
}

function tableDiff(now: TableView, then: TableView): TableDiff | undefined {
  const granted = VERBS.filter((verb) => now.verbs[verb].allowed && !then.verbs[verb].allowed)
  const taken = VERBS.filter((verb) => !now.verbs[verb].allowed && then.verbs[verb].allowed)
  const rows = { before: seen(then), after: seen(now) }
  const filter = { before: then.has_row_filter, after: now.has_row_filter }
  const columns = listDiff(now.columns, then.columns)
  const isAlike =
    granted.length + taken.length + columns.added.length + columns.removed.length === 0 &&
    rows.before === rows.after &&
    filter.before === filter.after
  return isAlike ? undefined : { table: now.name, granted, taken, columns, has_row_filter: filter, rows }
}

function seen({ rows, verbs }: TableView): number | null {
  return verbs.GET.allowed ? (rows?.visible ?? null) : 0
}
