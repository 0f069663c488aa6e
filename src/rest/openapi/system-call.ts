import { describeCall } from './describe-call.ts'
import type { JsonSchema } from './json-schema.ts'

export const SYSTEM = 'system'

type SystemCall = Omit<Parameters<typeof describeCall>[0], 'tag'>

/** A call of the system service. */
export function systemCall(described: SystemCall): JsonSchema {
  return describeCall({ ...described, tag: SYSTEM })
}
