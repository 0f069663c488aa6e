import type { Capability } from '../../../src/core/database/capability.ts'

/** Of a database that is open for reading only. */
export const READ_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'records.read',
  'aggregate',
  'joins',
  'partitions',
  'schema.read',
  'relations',
])

/** SQLite has no routines. */
export const SQLITE_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...READ_CAPABILITIES,
  'records.write',
  'records.upsert',
  'transactions',
  'schema.write',
  'schema.transactions',
  'schema.rename',
])
