import { type Call, describeCall } from './describe-call.ts'
import type { JsonSchema } from './json-schema.ts'

export const SYSTEM = 'system'

/** A call of the system service. */
export function systemCall(described: Omit<Call, 'tag'>): JsonSchema {
  return describeCall({ ...described, tag: SYSTEM })
}
