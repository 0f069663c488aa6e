import type { Caller } from '../core/caller.ts'
import type { Tool } from '../core/tool.ts'
import { plainPage } from '../operations/plain-reads.ts'
import type { McpDeps, ToolCall } from './call-tool.ts'

/** What a tool answered that was called for a page of rows, and the arguments as it read them. */
interface PlainResult {
  readonly tool: Tool
  readonly args: unknown
  readonly result: unknown
  /** How many there are. */
  readonly rows: number
}

/**
 * A page of rows in fewer steps than other calls take. Undefined where there is anything unusual or wrong: then nothing was done, and the call goes the
 * long way, which finds the same or says why. Who may read the table has the tool, so no catalogue is needed. Rejects as the operation does.
 */
export function plainCall(
  { toolNamed, services }: McpDeps,
  service: string,
  caller: Caller,
  { name, args: given, signal }: Pick<ToolCall, 'name' | 'args' | 'signal'>,
): Promise<PlainResult | undefined> | undefined {
  const tool = toolNamed(name, service)
  if (!tool || !('operation' in tool)) return undefined
  const plain = tool.plainPage?.(given)
  const ready = plain && plainPage({ service, offset: 0, ...plain }, { caller, services, signal })
  if (!ready) return undefined
  const { args } = plain
  return ready.run().then(
    (page) =>
      page && {
        tool,
        args,
        result: tool.toOutput ? tool.toOutput(page, args) : page,
        rows: page.returned,
      },
  )
}
