import type { Caller } from '../../core/caller.ts'
import { toAppError } from '../../core/errors.ts'
import { insufficientScope } from '../../core/missing-scope.ts'
import type { Verb } from '../../core/policy.ts'
import { hasScopes, scopesNeeded } from './scopes.ts'

interface Asked {
  readonly service: string
  readonly resource: string
  readonly verb: Verb
}

/** A refusal as its caller is told it: where the token alone is in the way, with the scopes that it takes. */
export function withStepUp(
  thrown: unknown,
  { policy, scope }: Caller,
  { service, resource, verb }: Asked,
): unknown {
  if (!scope || !hasScopes(service) || toAppError(thrown).code !== 'forbidden') return thrown
  if (policy.decide(service, resource, verb).allowed) return thrown
  return scope.whole.decide(service, resource, verb).allowed
    ? insufficientScope(scopesNeeded(service, verb))
    : thrown
}
