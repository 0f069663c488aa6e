import { isOutdated } from '../core/errors.ts'
import type { Operation, OperationContext } from '../core/operation.ts'
import { decide, parseInput, withoutSecrets, withTableNamed } from './execute.ts'
import { refusal } from './refusal.ts'
import { tableNamedFor } from './table-named.ts'
import { deadlineOf } from './time-limit.ts'

/**
 * An operation as a step of a larger one on the same service: parsed and decided as a request of its own, and run with the
 * larger one's records.
 */
export async function executeStep<I, O>(
  operation: Operation<I, O>,
  given: unknown,
  context: OperationContext,
): Promise<O> {
  const { caller, services, signal } = context
  const service = context.service.info.name
  const input = withTableNamed(parseInput(operation.input, given), tableNamedFor(caller, services, service))
  const resource = operation.resource(input)
  const { access, verb } = decide(operation, service, resource, caller)
  if (!access.allowed) {
    const verbs = [operation.verb] as const
    throw await refusal({ caller, services, signal, service, input, resource, verbs, reason: access.reason })
  }
  const deadline = deadlineOf(access.limits, signal)
  try {
    return await operation.run(input, { ...context, access, verb, signal: deadline.signal })
  } catch (error) {
    throw isOutdated(error) ? error : withoutSecrets(deadline.explain(error), resource, service, caller)
  }
}
