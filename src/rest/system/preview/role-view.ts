import type { Caller } from '../../../core/caller.ts'
import type { Field, Table } from '../../../core/database/schema.ts'
import { toAppError } from '../../../core/errors.ts'
import type { Verb } from '../../../core/policy.ts'
import { VERBS } from '../../../core/policy.ts'
import type { ServiceInfo } from '../../../core/service.ts'
import { canReadSchema, canSeeTable, tableResource } from '../../../operations/database/table-access.ts'
import { ruleName } from '../../../operations/field-view/narrow-table.ts'
import { servicesFor } from '../../../operations/field-view/services-for.ts'
import { visibleFields } from '../../../operations/field-view/visible-fields.ts'
import type { SystemContext } from '../system-handler.ts'

/** A role to be looked at: who has it, and why something is allowed. */
export interface RoleSeen {
  readonly caller: Caller
  readonly isActive: boolean
  /** In one line, and the places of the rules that say so. */
  why(
    service: string,
    resource: string,
    verb: Verb,
  ): { readonly text: string; readonly rules: readonly number[] }
}

export interface ServiceView {
  readonly service: string
  readonly label: string
  readonly is_active: boolean
  readonly reached: boolean
  /** Why tables and tools are not told: the service does not open. */
  readonly problem?: string
  readonly tools: readonly { readonly name: string; readonly title: string }[]
  /** Of the list of tools, about. */
  readonly tokens: number
  readonly tables: readonly TableView[]
}

export interface TableView {
  readonly name: string
  readonly verbs: Readonly<Record<Verb, Decided>>
  readonly columns: readonly string[]
  readonly has_row_filter: boolean
  readonly rows?: RowCounts
}

interface Decided {
  readonly allowed: boolean
  readonly why: string
  readonly rules: readonly number[]
}

/** Null: it was not counted, and `problem` says why. */
export interface RowCounts {
  readonly visible: number | null
  readonly total: number | null
  readonly problem?: string
}

const WHEN_OFF = 'The role is not active: it may do nothing.'

/** What a role may do in a service, as far as the asking caller may know of it. */
export async function roleView(
  info: ServiceInfo,
  seen: RoleSeen,
  context: SystemContext,
): Promise<ServiceView> {
  const { deps, signal, caller: asking } = context
  const reached = seen.isActive && seen.caller.policy.reaches(info.name)
  const base = { service: info.name, label: info.label, is_active: info.isActive, reached }
  try {
    const opened = await servicesFor(asking.policy, deps.services).open(info.name, signal)
    const { tables } = await opened.schema({ signal })
    const visible = tables.filter(({ name }) => canSeeTable(asking.policy, info.name, name))
    const { tools, tokens } = reached
      ? await deps.preview.toolsOf(info.name, seen.caller, signal)
      : { tools: [], tokens: 0 }
    return { ...base, tools, tokens, tables: visible.map((table) => tableView(info.name, table, seen)) }
  } catch (thrown) {
    return { ...base, problem: toAppError(thrown).message, tools: [], tokens: 0, tables: [] }
  }
}

function tableView(service: string, table: Table, { caller, isActive, why }: RoleSeen): TableView {
  const resource = tableResource('_table', table.name)
  const decided = VERBS.map((verb): [Verb, Decided] => {
    const access = caller.policy.decide(service, resource, verb)
    const { text, rules } = why(service, resource, verb)
    const allowed = isActive && access.allowed
    const reason = !isActive
      ? WHEN_OFF
      : access.allowed || text.startsWith('No rule')
        ? text
        : reasonOf(access, text)
    return [verb, { allowed, why: reason, rules }]
  })
  const read = caller.policy.decide(service, resource, 'GET')
  const mayRead = isActive && read.allowed
  const seesColumns = mayRead || (isActive && canReadSchema(caller.policy, service, table.name))
  return {
    name: table.name,
    verbs: verbsOf(decided),
    columns: seesColumns ? shownFields(service, table, caller).map(({ name }) => name) : [],
    has_row_filter: mayRead && read.allowed && read.rowFilter !== undefined,
  }
}

function shownFields(service: string, table: Table, { policy }: Caller): readonly Field[] {
  const allowed = visibleFields(policy, service, table.name)
  return allowed ? table.fields.filter((field) => allowed.has(ruleName(field))) : table.fields
}

/** A row filter that cannot be met says so itself. */
function reasonOf(access: { readonly reason: string }, text: string): string {
  return access.reason.includes('row filter')
    ? `${text} ${access.reason.replace(/^Access Forbidden\. /, '')}`
    : text
}

function verbsOf(decided: readonly (readonly [Verb, Decided])[]): Readonly<Record<Verb, Decided>> {
  const of = (verb: Verb) =>
    decided.find(([one]) => one === verb)?.[1] ?? { allowed: false, why: '', rules: [] }
  return { GET: of('GET'), POST: of('POST'), PUT: of('PUT'), PATCH: of('PATCH'), DELETE: of('DELETE') }
}
