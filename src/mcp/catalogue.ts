import type { Capability } from '../core/database/capability.ts'
import type { RoutineKind } from '../core/database/query.ts'
import type { Table } from '../core/database/schema.ts'
import type { AccessPolicy, Verb } from '../core/policy.ts'
import type { ServiceInfo } from '../core/service.ts'
import type { AnyTool, Tool } from '../core/tool.ts'
import { tableResource } from '../operations/database/table-access.ts'
import { describeTool, type ToolDescription } from './describe-tool.ts'
import { nameTables } from './name-tables.ts'

/** The tools one caller has on one service. */
export interface Catalogue {
  readonly tools: readonly AnyTool[]
  readonly byName: ReadonlyMap<string, AnyTool>
  readonly descriptions: readonly ToolDescription[]
  /** `descriptions` as JSON text. */
  readonly json: string
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
export function catalogueBuilder(all: readonly AnyTool[]): (subject: CatalogueSubject) => Catalogue {
  const described = all.map((tool) => ({ tool, description: describeTool(tool) }))
  return (subject) => {
    const available = described.filter(({ tool }) => isAvailable(tool, subject))
    const descriptions = nameTables(available, (tool) => usableTables(tool, subject))
    const tools = available.map(({ tool }) => tool)
    return {
      tools,
      byName: new Map(tools.map((tool) => [tool.name, tool])),
      descriptions,
      json: JSON.stringify(descriptions),
    }
  }
}

function isAvailable(tool: AnyTool, subject: CatalogueSubject): boolean {
  if (!('operation' in tool)) return true
  const { operation, scope } = tool
  const { info, capabilities, policy, tables } = subject
  if (operation.kind !== info.kind || !operation.needs.every((need) => capabilities.has(need))) return false
  switch (scope) {
    case 'service':
      return policy.reaches(info.name)
    case 'procedures':
      return mayUseRoutine('procedure', operation.verb, subject)
    case 'functions':
      return mayUseRoutine('function', operation.verb, subject)
    default:
      return tables.some((table) => mayUse(tool, table, subject))
  }
}

/** Tables the caller may use a tool on, by name. */
function usableTables(tool: AnyTool, subject: CatalogueSubject): string[] {
  if (!('operation' in tool)) return []
  return subject.tables.filter((table) => mayUse(tool, table, subject)).map(({ name }) => name)
}

/** Views are only read. */
function mayUse({ operation, scope }: Tool, table: Table, { info, policy }: CatalogueSubject): boolean {
  if (table.isView && operation.verb !== 'GET') return false
  return policy.decide(
    info.name,
    tableResource(scope === 'schemas' ? '_schema' : '_table', table.name),
    operation.verb,
  ).allowed
}

/** Routines are listed to whoever may call them with either verb. */
function mayUseRoutine(kind: RoutineKind, verb: Verb, { info, policy, routines }: CatalogueSubject): boolean {
  const group = kind === 'procedure' ? '_proc' : '_func'
  const verbs: readonly Verb[] = verb === 'GET' ? ['GET', 'POST'] : [verb]
  return routines[kind].some((name) =>
    verbs.some((one) => policy.decide(info.name, `${group}/${name}`, one).allowed),
  )
}
