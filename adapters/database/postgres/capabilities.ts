import type { Capability } from '../../../src/core/database/capability.ts'

/** Of a service that is open for reading only. */
export const READ_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'records.read',
  'aggregate',
  'schema.read',
  'relations',
  'procedures',
  'functions',
  'stream',
])

export const POSTGRES_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...READ_CAPABILITIES,
  'records.write',
  'records.upsert',
  'transactions',
  'schema.write',
])
