import type { Capability } from '../../../src/core/database/capability.ts'
import { SERVER_CAPABILITIES, SERVER_READ_CAPABILITIES } from '../sql/server-capabilities.ts'

/** Without procedures: the database has no transactions that are read-only, so nothing would keep one from writing but the login's rights. */
export function readCapabilities(trustsProcedures: boolean): ReadonlySet<Capability> {
  return trustsProcedures ? SERVER_READ_CAPABILITIES : WITHOUT_PROCEDURES
}

const WITHOUT_PROCEDURES: ReadonlySet<Capability> = new Set(
  [...SERVER_READ_CAPABILITIES].filter((capability) => capability !== 'procedures'),
)

export const SQLSERVER_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...SERVER_CAPABILITIES,
  'schema.transactions',
  'schema.rename',
])
