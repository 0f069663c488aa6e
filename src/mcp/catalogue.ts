import type { Capability } from '../core/database/capability.ts'
import type { RoutineKind } from '../core/database/query.ts'
import type { Table } from '../core/database/schema.ts'
import type { AccessPolicy, Verb } from '../core/policy.ts'
import type { ServiceInfo } from '../core/service.ts'
import type { AnyTool, Tool } from '../core/tool.ts'
import { verbsOnRoutine } from '../operations/database/routine-access.ts'
import { canSeeTable, tableResource } from '../operations/database/table-access.ts'
import { describeTool, READS, type ToolDescription } from './describe-tool.ts'
import { fittingList, type Listable, withOutputs } from './list-budget.ts'
import { namesOverRecords, nameTables } from './name-tables.ts'
import { leadsToHidden } from './says-hidden.ts'

/** The tools one caller has on one service. */
export interface Catalogue {
  readonly tools: readonly AnyTool[]
  /** Whole, also of those that the list has no room for. */
  readonly told: readonly ToolDescription[]
  readonly byName: ReadonlyMap<string, AnyTool>
  readonly descriptions: readonly ToolDescription[]
  /** `descriptions` as JSON text. */
  readonly json: string
  /** Names of the tables that the caller may use a tool on. */
  tablesOf(tool: AnyTool): readonly string[]
}

export interface CatalogueSubject {
  readonly info: ServiceInfo
  readonly capabilities: ReadonlySet<Capability>
  readonly policy: AccessPolicy
  readonly tables: readonly Table[]
  /** Names of the stored routines. */
  readonly routines: Readonly<Record<RoutineKind, readonly string[]>>
}

/** Builds catalogues; what is the same for every caller is made once. */
export function catalogueBuilder(
  all: readonly AnyTool[],
): (subject: CatalogueSubject, own?: readonly AnyTool[]) => Catalogue {
  const known = new WeakMap<AnyTool, Described>()
  const describedOnce = (tool: AnyTool): Described => {
    const described = known.get(tool) ?? withDescription(tool)
    known.set(tool, described)
    return described
  }
  return (subject, own = []) => {
    const available = [...all, ...own]
      .filter((tool) => isAvailable(tool, subject))
      .map(describedOnce)
      .map((one) => (callsReadOnly(one.tool, subject) ? readOnly(one) : one))
    const tablesOf = tablesOfEach(subject)
    const fitting = fittingList(available, namesOverRecords(available, tablesOf))
    const descriptions = withOutputs(nameTables(fitting, tablesOf), available)
    const callable = available.map(({ tool }) => tool)
    const shown = available.filter(({ isForUnlisted }) => !isForUnlisted)
    return {
      tools: shown.map(({ tool }) => tool),
      told: shown.map(({ description }) => description),
      byName: new Map(callable.map((tool) => [tool.name, tool])),
      descriptions,
      json: JSON.stringify(descriptions),
      tablesOf,
    }
  }
}

interface Described extends Listable {
  readonly tool: AnyTool
}

function withDescription(tool: AnyTool): Described {
  const { isSpare = false, isCustom = false, isForUnlisted = false } = tool
  return { tool, description: describeTool(tool), isSpare, isCustom, isForUnlisted }
}

function tablesOfEach(subject: CatalogueSubject): Catalogue['tablesOf'] {
  const known = new Map<AnyTool, readonly string[]>()
  return (tool) => {
    const tables = known.get(tool) ?? usableTables(tool, subject)
    known.set(tool, tables)
    return tables
  }
}

function isAvailable(tool: AnyTool, subject: CatalogueSubject): boolean {
  if (!('operation' in tool)) return true
  const { operation, scope, worksOn } = tool
  const { info, capabilities, policy, tables } = subject
  if (operation.kind !== info.kind || !operation.needs.every((need) => capabilities.has(need))) return false
  switch (scope) {
    case 'service':
      return policy.reaches(info.name)
    case 'procedures':
      return mayUseRoutine('procedure', subject, worksOn)
    case 'functions':
      return mayUseRoutine('function', subject, worksOn)
    case 'writes':
      return tables.some((table) => WRITING.some((verb) => mayUse(tool, table, subject, verb)))
    default:
      return (worksOn === undefined ? tables : tableCalled(worksOn, tables)).some(
        (table) => mayUse(tool, table, subject) && !saysHidden(tool, table, subject),
      )
  }
}

function saysHidden({ says = [] }: Tool, table: Table, { info, policy, tables }: CatalogueSubject): boolean {
  const isSeen = (name: string) =>
    tableCalled(name, tables).find((one) => canSeeTable(policy, info.name, one.name))
  return says.some((name) => leadsToHidden(name, table, isSeen))
}

/** As the planner finds it: by its name in any case, before any alias. */
function tableCalled(name: string, tables: readonly Table[]): readonly Table[] {
  const wanted = name.toLowerCase()
  const found =
    tables.find((table) => table.name === name) ??
    tables.find((table) => table.name.toLowerCase() === wanted) ??
    tables.find((table) => table.alias?.toLowerCase() === wanted)
  return found ? [found] : []
}

/** Tables the caller may use a tool on, by name. */
function usableTables(tool: AnyTool, subject: CatalogueSubject): string[] {
  if (!('operation' in tool)) return []
  return subject.tables
    .filter((table) => mayUse(tool, table, subject))
    .map(({ alias, name }) => alias ?? name)
}

const WRITING: readonly Verb[] = ['POST', 'PATCH', 'PUT', 'DELETE']

/** Views are only read, and what has no key is not told from others to be changed. */
function mayUse(
  { operation, scope }: Tool,
  table: Table,
  { info, policy }: CatalogueSubject,
  verb = operation.verb,
): boolean {
  if (verb !== 'GET' && (table.isView || (verb !== 'POST' && table.primaryKey.length === 0))) return false
  return policy.decide(info.name, tableResource(scope === 'schemas' ? '_schema' : '_table', table.name), verb)
    .allowed
}

/** True for a tool that calls routines, where each that the caller may call is called read-only. */
function callsReadOnly(tool: AnyTool, { capabilities, info, policy, routines }: CatalogueSubject): boolean {
  if (!('operation' in tool) || tool.operation.lesserVerb !== 'GET') return false
  const { worksOn } = tool
  const kind = tool.scope === 'procedures' ? 'procedure' : 'function'
  const isMeant = (name: string) => !worksOn || name.toLowerCase() === worksOn.toLowerCase()
  const mayPost = (name: string) =>
    isMeant(name) && verbsOnRoutine(policy, info.name, kind, name).includes('POST')
  return !capabilities.has('records.write') || !routines[kind].some(mayPost)
}

function readOnly<D extends { readonly description: ToolDescription }>(described: D): D {
  return { ...described, description: { ...described.description, annotations: READS } }
}

/** Routines are listed to whoever may call them, be it read-only. */
function mayUseRoutine(
  kind: RoutineKind,
  { info, policy, routines }: CatalogueSubject,
  only?: string,
): boolean {
  const wanted = only?.toLowerCase()
  return routines[kind].some((name) => {
    if (wanted !== undefined && name.toLowerCase() !== wanted) return false
    const verbs = verbsOnRoutine(policy, info.name, kind, name)
    return verbs.includes('POST') || verbs.includes('GET')
  })
}
