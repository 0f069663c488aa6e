import { scopesNeeded } from '../access/oauth/scopes.ts'
import type { Caller } from '../core/caller.ts'
import { insufficientScope } from '../core/missing-scope.ts'
import type { McpDeps, ToolCall } from './call-tool.ts'

/**
 * Rejects with `forbidden` when the caller's role has the tool and their access token does not: they may ask for another token.
 * A tool that the role does not have either is unknown, as always.
 */
export async function requireScopes(
  { catalogues, toolNamed }: Pick<McpDeps, 'catalogues' | 'toolNamed'>,
  service: string,
  caller: Caller,
  { name, signal }: Pick<ToolCall, 'name' | 'signal'>,
): Promise<void> {
  if (!caller.scope) return
  const tool = toolNamed(name, service)
  if (!tool || !('operation' in tool)) return
  // A service that does not open is told in the answer to the call.
  const has = await catalogues.of(service, caller, signal).catch(() => undefined)
  if (!has || has.byName.has(tool.name)) return
  const whole = await catalogues.of(service, { ...caller, policy: caller.scope.whole }, signal)
  if (whole.byName.has(tool.name)) throw insufficientScope(scopesNeeded(service, tool.operation.verb))
}
