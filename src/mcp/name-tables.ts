import type { AnyTool } from '../core/tool.ts'
import type { ToolDescription } from './describe-tool.ts'
import { charactersOf, MAX_LIST_CHARACTERS } from './list-budget.ts'

/** Most tables whose names a list of tools tells. */
const MAX_NAMED_TABLES = 50

interface Described {
  readonly tool: AnyTool
  readonly description: ToolDescription
}

/**
 * The descriptions, with the permitted tables as the `enum` of `table_name`: for as many tools as the list's budget
 * allows, tools over records before tools over schemas, since they are what a model calls most.
 */
export function nameTables(
  described: readonly Described[],
  usable: (tool: AnyTool) => readonly string[],
): ToolDescription[] {
  const named = new Map(described.map(({ tool, description }) => [tool, description]))
  let characters = charactersOf(described.map(({ description }) => description))
  for (const { tool, description } of [...described].sort(recordsFirst)) {
    const tables = takesTable(tool) ? usable(tool) : []
    const cost = costOf(tables)
    if (cost === 0 || characters + cost > MAX_LIST_CHARACTERS) continue
    named.set(tool, withTables(description, tables))
    characters += cost
  }
  return [...named.values()]
}

/** Characters that the names take in the tools over records. */
export function namesOverRecords(
  described: readonly Pick<Described, 'tool'>[],
  usable: (tool: AnyTool) => readonly string[],
): number {
  const costs = described.map(({ tool }) =>
    isOverRecords(tool) && takesTable(tool) ? costOf(usable(tool)) : 0,
  )
  return costs.reduce((sum, cost) => sum + cost, 0)
}

/** 0 where they are not told. */
function costOf(tables: readonly string[]): number {
  const isTold = tables.length > 0 && tables.length <= MAX_NAMED_TABLES
  return isTold ? `"enum":${JSON.stringify(tables)},`.length : 0
}

function recordsFirst(a: Described, b: Described): number {
  return Number(isOverRecords(b.tool)) - Number(isOverRecords(a.tool))
}

function isOverRecords(tool: AnyTool): boolean {
  return 'scope' in tool && tool.scope === 'tables'
}

/** An argument of that name of a declared tool is its own affair. */
function takesTable(tool: AnyTool): boolean {
  return 'scope' in tool && !tool.isCustom && Object.hasOwn(tool.arguments.shape, 'table_name')
}

function withTables(description: ToolDescription, tables: readonly string[]): ToolDescription {
  const { inputSchema } = description
  const properties = { ...asObject(inputSchema.properties) }
  return {
    ...description,
    inputSchema: {
      ...inputSchema,
      properties: { ...properties, table_name: { ...asObject(properties.table_name), enum: tables } },
    },
  }
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
