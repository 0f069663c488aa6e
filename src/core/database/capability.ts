/** What an engine can do. Shared code asks for one of these, never for an engine's name. */
export const CAPABILITIES = [
  'records.read',
  'records.write',
  'records.upsert',
  'aggregate',
  'partitions',
  'joins',
  'transactions',
  'schema.read',
  'schema.write',
  'schema.transactions',
  'schema.rename',
  'relations',
  'procedures',
  'functions',
  'stream',
] as const

export type Capability = (typeof CAPABILITIES)[number]
