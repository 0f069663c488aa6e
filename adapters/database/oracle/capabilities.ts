import type { Capability } from '../../../src/core/database/capability.ts'
import { SERVER_CAPABILITIES, SERVER_READ_CAPABILITIES } from '../sql/server-capabilities.ts'

export const READ_CAPABILITIES = SERVER_READ_CAPABILITIES

export const ORACLE_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...SERVER_CAPABILITIES,
  'schema.rename',
])
