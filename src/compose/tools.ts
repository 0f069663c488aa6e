import { customTool } from '../../tools/custom/custom-tool.ts'
import type { CustomTool } from '../core/custom-tool.ts'
import { AppError } from '../core/errors.ts'
import type { AnyTool } from '../core/tool.ts'
import type { CustomTools } from '../mcp/catalogues.ts'
import type { Snapshot } from '../system/snapshot.ts'

/** Those of the newest snapshot, made once for each list of them. */
export function createCustomTools(snapshot: () => Snapshot, known: readonly AnyTool[]): CustomTools {
  let made: ReadonlyMap<string, readonly AnyTool[]> = new Map()
  let from: Snapshot['tools'] = []
  return (service) => {
    const { tools } = snapshot()
    if (tools !== from) {
      made = byService(tools, known)
      from = tools
    }
    return made.get(service.toLowerCase()) ?? []
  }
}

function byService(declared: Snapshot['tools'], known: readonly AnyTool[]): Map<string, AnyTool[]> {
  const byName = new Map<string, AnyTool[]>()
  for (const one of declared) {
    const tool = one.isActive ? toolOf(one, known) : undefined
    if (tool) byName.set(one.service, [...(byName.get(one.service) ?? []), tool])
  }
  return byName
}

/** Undefined for one of an earlier version that this one would not take: nobody has it until it is written anew. */
function toolOf(declared: Snapshot['tools'][number], known: readonly AnyTool[]): AnyTool | undefined {
  try {
    return customTool(declared, known)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

/** Of a tool that someone declares. Throws `bad_request` that says what is wrong with it. */
export type CheckTool = (declared: CustomTool) => void

export function toolCheck(known: readonly AnyTool[]): CheckTool {
  return (declared) => void customTool(declared, known)
}
