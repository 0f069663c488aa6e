import type { Capability } from '../../../src/core/database/capability.ts'

/** Of a service that is read-only: its routines are called so that the database refuses every change. */
export const READ_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  'records.read',
  'aggregate',
  'schema.read',
  'relations',
  'procedures',
  'functions',
  'stream',
])

export const MYSQL_CAPABILITIES: ReadonlySet<Capability> = new Set<Capability>([
  ...READ_CAPABILITIES,
  'records.write',
  'records.upsert',
  'transactions',
  'schema.write',
])
