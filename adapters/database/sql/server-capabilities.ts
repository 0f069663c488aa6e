import type { Capability } from '../../../src/core/database/capability.ts'

/** Of a read-only service on a database server: its routines are called so that the database refuses every change. */
export const SERVER_READ_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'records.read',
  'aggregate',
  'partitions',
  'joins',
  'schema.read',
  'relations',
  'procedures',
  'functions',
  'stream',
])

export const SERVER_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...SERVER_READ_CAPABILITIES,
  'records.write',
  'records.upsert',
  'transactions',
  'schema.write',
])
