import type { McpDeps } from './call-tool.ts'
import { createCatalogues } from './catalogues.ts'

export interface McpOptions extends Omit<McpDeps, 'catalogues'> {
  /** Changes whenever services or roles do: a new version makes new tool lists. */
  configVersion(): string
}

/** What both transports answer from. */
export function createMcp(options: McpOptions): McpDeps {
  const { tools, services, execute, resultBytes, serverInfo, limits } = options
  const catalogues = createCatalogues(options)
  return { tools, services, execute, resultBytes, serverInfo, limits, catalogues }
}
