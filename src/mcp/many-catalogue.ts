import type { AnyTool } from '../core/tool.ts'
import type { Catalogue } from './catalogue.ts'
import { describeTool, type ToolDescription } from './describe-tool.ts'
import { charactersOf, fittingList, type Listable, MAX_LIST_CHARACTERS, withOutputs } from './list-budget.ts'
import { describeListServices } from './list-services.ts'

export interface ServiceCatalogue {
  readonly service: string
  readonly catalogue: Catalogue
}

/** Most services whose names a list of tools tells. */
const MAX_NAMED_SERVICES = 50

interface Shared extends Listable {
  /** The services that have the tool. */
  readonly services: readonly string[]
}

/**
 * `list_services`, then each tool that one of the services has, once: with an argument for the service, and the services that have it as its `enum`,
 * for as many tools as the list's budget allows.
 */
export function manyCatalogue(parts: readonly ServiceCatalogue[]): readonly ToolDescription[] {
  const all: Shared[] = [LIST_SERVICES, ...toolsOf(parts).map((tool) => sharedTool(tool, parts))]
  const names = all.map(({ services }) => costOf(services)).reduce((sum, cost) => sum + cost, 0)
  return withOutputs(named(fittingList(all, names)), all)
}

const LIST_SERVICES: Shared = {
  description: describeListServices(),
  isSpare: false,
  isCustom: false,
  isForUnlisted: false,
  services: [],
}

/** By name, the first of each; a tool of another service that only has the same name is not the same tool. */
function toolsOf(parts: readonly ServiceCatalogue[]): AnyTool[] {
  const byName = new Map<string, AnyTool>()
  for (const { catalogue } of parts)
    for (const tool of catalogue.byName.values()) if (!byName.has(tool.name)) byName.set(tool.name, tool)
  return [...byName.values()]
}

function sharedTool(tool: AnyTool, parts: readonly ServiceCatalogue[]): Shared {
  const having = parts.filter(({ catalogue }) => catalogue.byName.get(tool.name) === tool)
  const { inputSchema, ...description } = describeTool(tool)
  const { properties, required = [] } = inputSchema
  return {
    description: {
      ...description,
      annotations: annotationsOf(tool, having) ?? description.annotations,
      inputSchema: {
        type: 'object',
        properties: { service: { type: 'string', description: 'From list_services' }, ...properties },
        required: ['service', ...required],
      },
    },
    isSpare: tool.isSpare === true,
    isCustom: tool.isCustom === true,
    isForUnlisted: tool.isForUnlisted === true,
    services: having.map(({ service }) => service),
  }
}

/** A tool only reads where it only reads on every service. */
function annotationsOf({ name }: AnyTool, having: readonly ServiceCatalogue[]) {
  const all = having.flatMap(({ catalogue }) =>
    catalogue.descriptions.filter((one) => one.name === name).map(({ annotations }) => annotations),
  )
  return all.find(({ readOnlyHint }) => !readOnlyHint) ?? all[0]
}

/** 0 where they are not told. */
function costOf(services: readonly string[]): number {
  const isTold = services.length > 0 && services.length <= MAX_NAMED_SERVICES
  return isTold ? `"enum":${JSON.stringify(services)},`.length : 0
}

function named(shared: readonly Shared[]): ToolDescription[] {
  let characters = charactersOf(shared.map(({ description }) => description))
  return shared.map(({ description, services }) => {
    const cost = costOf(services)
    if (cost === 0 || characters + cost > MAX_LIST_CHARACTERS) return description
    characters += cost
    return withServices(description, services)
  })
}

function withServices(description: ToolDescription, services: readonly string[]): ToolDescription {
  const { inputSchema } = description
  const { service, ...others } = inputSchema.properties
  const told = { ...Object(service), enum: services }
  return { ...description, inputSchema: { ...inputSchema, properties: { service: told, ...others } } }
}
