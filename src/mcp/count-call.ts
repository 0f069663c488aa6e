import type { RequestLimits } from '../access/limits/request-limits.ts'
import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import type { Services } from '../core/service.ts'
import type { Tool } from '../core/tool.ts'
import { withTableNamed } from '../operations/execute.ts'
import { tablesKnown } from '../operations/table-named.ts'
import type { AnyToolNamed } from './any-tool-named.ts'
import { readArguments } from './arguments.ts'

interface CountedCall {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/**
 * Counts calls against the limits, as the verb and resource that their tools stand for; one that no tool fits counts for the
 * service alone. Undefined when no limit applies. Rejects with `too_many_requests`.
 */
export type CallCounter = (caller: Caller, service: string, call: CountedCall) => Promise<void> | undefined

export function createCallCounter(deps: {
  readonly toolNamed: AnyToolNamed
  readonly services: Services
  readonly limits: Pick<RequestLimits, 'count'>
}): CallCounter {
  const { toolNamed, services, limits } = deps
  return (caller, service, { name, args }) => {
    const tool = toolNamed(name, service)
    const operating = tool && 'operation' in tool ? tool : undefined
    if (operating?.operation.countsItself) return undefined
    const count = () =>
      limits.count({
        caller,
        service,
        verb: operating?.operation.verb ?? 'GET',
        resource: () => (operating ? resourceOf(operating, args, services, service) : ''),
      })
    const named = operating?.worksOn ?? args.table_name
    const table = typeof named === 'string' ? [named] : []
    const reading = tablesKnown(services, service, table, longestRead)
    return reading ? reading.then(count) : count()
  }
}

/** Of a schema, before a call is counted under a name that may be an alias. */
const LONGEST_READ_MS = 30_000

/** Made where one is needed: its timer outlives the request by far. */
function longestRead(): AbortSignal {
  return AbortSignal.timeout(LONGEST_READ_MS)
}

/** Arguments that do not hold are refused later. */
function resourceOf(tool: Tool, given: CountedCall['args'], services: Services, service: string): string {
  try {
    const args = readArguments(tool, given)
    const parsed = tool.operation.input.safeParse(tool.toInput ? tool.toInput(args) : args)
    if (!parsed.success) return ''
    return tool.operation.resource(withTableNamed(parsed.data, (name) => services.tableNamed(service, name)))
  } catch (error) {
    if (error instanceof AppError) return ''
    throw error
  }
}
