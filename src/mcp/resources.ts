import type { AnyTool, ToolWords } from '../core/tool.ts'
import type { Catalogue } from './catalogue.ts'

/** A resource as `resources/list` shows it. */
export interface ResourceEntry {
  readonly uri: string
  readonly name: string
  readonly title: string
  readonly mimeType: string
}

/** Resources of one kind: `sluice://shop/schema/{table}`. */
export interface ResourceTemplateEntry {
  readonly uriTemplate: string
  readonly name: string
  readonly title: string
  readonly description: string
  readonly mimeType: string
}

/** All resources of a caller, by address. */
export function resourcesOf({ tools, tablesOf }: Catalogue, service: string): ResourceEntry[] {
  return tools
    .flatMap((tool) => {
      const { resource } = tool
      if (!resource) return []
      const { path, title } = resource
      const common = { mimeType: mimeTypeOf(resource) }
      if (!takesTable(tool)) return [{ uri: uriOf(service, path), name: path, title, ...common }]
      return tablesOf(tool).map((table) => ({
        uri: uriOf(service, path, table),
        name: `${path}/${table}`,
        title: `${title} of ${table}`,
        ...common,
      }))
    })
    .sort((a, b) => (a.uri < b.uri ? -1 : 1))
}

export function templatesOf({ tools }: Catalogue, service: string): ResourceTemplateEntry[] {
  return tools.flatMap((tool) => {
    const { resource } = tool
    if (!resource || !takesTable(tool)) return []
    return {
      uriTemplate: `${uriOf(service, resource.path)}/{table}`,
      name: resource.path,
      title: resource.title,
      description: tool.description,
      mimeType: mimeTypeOf(resource),
    }
  })
}

/** What reading a resource calls; undefined for an address that is none of ours. Says nothing about whether there is such a table. */
export function callOfUri(
  uri: string,
  service: string,
  tools: readonly AnyTool[],
): { readonly tool: AnyTool; readonly args: Readonly<Record<string, string>> } | undefined {
  const prefix = `${uriOf(service)}/`
  if (!uri.startsWith(prefix)) return undefined
  const [path, table, ...rest] = uri.slice(prefix.length).split('/').map(decoded)
  const tool = path === undefined ? undefined : resourceTool(path, tools)
  if (!tool || rest.length > 0 || takesTable(tool) !== (table !== undefined)) return undefined
  return { tool, args: table === undefined ? {} : { table_name: table } }
}

/** The tool behind the resources of a path. */
export function resourceTool(path: string, tools: readonly AnyTool[]): AnyTool | undefined {
  return tools.find(({ resource }) => resource?.path === path)
}

export function uriOf(service: string, ...path: readonly string[]): string {
  return `sluice://${[service, ...path].map(encodeURIComponent).join('/')}`
}

export function takesTable(tool: ToolWords): boolean {
  return Object.hasOwn(tool.arguments.shape, 'table_name')
}

export function mimeTypeOf({ as }: NonNullable<ToolWords['resource']>): string {
  return as === 'json' ? 'application/json' : 'text/plain'
}

/** Undefined for what is no encoding. */
function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
