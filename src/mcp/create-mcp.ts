import type { RequestLimits } from '../access/limits/request-limits.ts'
import type { IdempotencyBook } from '../core/idempotency.ts'
import type { McpDeps } from './call-tool.ts'
import { createCatalogues } from './catalogues.ts'
import { createCallCounter } from './count-call.ts'

export interface McpOptions extends Omit<McpDeps, 'catalogues' | 'countCall' | 'useOnce'> {
  readonly limits: Pick<RequestLimits, 'count'>
  readonly idempotency: IdempotencyBook
  /** Changes whenever services or roles do: a new version makes new tool lists. */
  configVersion(): string
}

/** What both transports answer from. */
export function createMcp(options: McpOptions): McpDeps {
  const { tools, services, execute, resultBytes, serverInfo } = options
  const catalogues = createCatalogues(options)
  return {
    tools,
    services,
    execute,
    resultBytes,
    serverInfo,
    catalogues,
    countCall: createCallCounter(options),
    useOnce: (id) => useOnce(options.idempotency, id),
  }
}

async function useOnce(book: IdempotencyBook, id: string): Promise<boolean> {
  const claimed = await book.claim({ scope: `mcp once:${id}`, request: '', rights: '' })
  if (claimed.state !== 'new') return false
  await claimed.finish('')
  return true
}
