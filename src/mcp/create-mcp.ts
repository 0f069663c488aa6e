import type { CallLimits } from '../access/limits/call-limits.ts'
import type { RequestLimits } from '../access/limits/request-limits.ts'
import { createAnyToolNamed } from './any-tool-named.ts'
import type { McpDeps } from './call-tool.ts'
import { type CustomTools, createCatalogues } from './catalogues.ts'
import { createCallCounter } from './count-call.ts'
import { createManyCatalogues } from './many-catalogues.ts'

export interface McpOptions
  extends Omit<
    McpDeps,
    'catalogues' | 'many' | 'countCall' | 'countSteps' | 'useOnce' | 'customTools' | 'toolNamed'
  > {
  /** Absent: nobody declares tools. */
  readonly customTools?: CustomTools
  readonly limits: Pick<RequestLimits, 'count'>
  /** Of tool calls, by configuration; absent: none. */
  readonly callLimits?: CallLimits | undefined
  /** Changes whenever services or roles do: a new version makes new tool lists. */
  configVersion(): string
}

/** What both transports answer from. */
export function createMcp(options: McpOptions): McpDeps {
  const { tools, services, execute, resultBytes, serverInfo, idempotency, imports, changes, limits } = options
  const { calls } = options
  const customTools = options.customTools ?? (() => [])
  const catalogues = createCatalogues({ ...options, customTools })
  const toolNamed = createAnyToolNamed(tools, customTools)
  return {
    tools,
    toolNamed,
    services,
    execute,
    resultBytes,
    serverInfo,
    idempotency,
    imports,
    calls,
    catalogues,
    many: createManyCatalogues(services, catalogues),
    changes,
    countCall: createCallCounter({ toolNamed, services, limits }),
    countSteps: (caller, service) => (verb, resource) =>
      limits.count({ caller, service, verb, resource: () => resource }),
    useOnce: services.spend,
  }
}
