import type { Capability } from '../../../src/core/database/capability.ts'
import { SERVER_CAPABILITIES, SERVER_READ_CAPABILITIES } from '../sql/server-capabilities.ts'

/** Without procedures: the database has no transactions that are read-only, so nothing would keep one from writing. */
export const READ_CAPABILITIES: ReadonlySet<Capability> = new Set(
  [...SERVER_READ_CAPABILITIES].filter((capability) => capability !== 'procedures'),
)

export const SQLSERVER_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...SERVER_CAPABILITIES,
  'schema.transactions',
  'schema.rename',
])
