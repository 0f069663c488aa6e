import type { AnyTool } from '../core/tool.ts'
import type { CustomTools } from './catalogues.ts'
import { toolNamed } from './tool-named.ts'

/** The tool that a call of a service names, whoever calls: ours before those that an administrator declared. */
export type AnyToolNamed = (name: string, service: string) => AnyTool | undefined

export function createAnyToolNamed(tools: readonly AnyTool[], customTools: CustomTools): AnyToolNamed {
  const byName = mapOf(tools)
  return (name, service) => {
    const ours = toolNamed(name, byName, service)
    if (ours) return ours
    const own = customTools(service)
    return own.length === 0 ? undefined : toolNamed(name, mapOf(own), service)
  }
}

function mapOf(tools: readonly AnyTool[]): ReadonlyMap<string, AnyTool> {
  return new Map(tools.map((tool) => [tool.name, tool]))
}
