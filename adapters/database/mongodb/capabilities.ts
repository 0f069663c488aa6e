import type { Capability } from '../../../src/core/database/capability.ts'

const READ: readonly Capability[] = ['records.read', 'aggregate', 'joins', 'schema.read', 'stream']
const WRITE: readonly Capability[] = ['records.write', 'records.upsert', 'schema.write', 'schema.rename']

/** What a server turned out to be when it was connected to. */
export interface ServerFacts {
  /** As it tells it, `7.0.14`: the first two numbers. */
  readonly version: readonly [major: number, minor: number]
  /** Replica sets and sharded clusters; a server that stands alone has none. */
  readonly hasTransactions: boolean
  /** Calls can be given a session, by which they are stopped. */
  readonly hasSessions: boolean
}

/** `$setWindowFields` is there from 5.0. */
export function capabilitiesOf(
  { version, hasTransactions }: ServerFacts,
  isReadOnly: boolean,
): ReadonlySet<Capability> {
  return new Set<Capability>([
    ...READ,
    ...(version[0] >= 5 ? (['partitions'] as const) : []),
    ...(isReadOnly ? [] : WRITE),
    ...(isReadOnly || !hasTransactions ? [] : (['transactions'] as const)),
  ])
}

/** Of a server that is not connected to yet: all that one could have. */
export const MONGODB_CAPABILITIES = capabilitiesOf(
  { version: [8, 0], hasTransactions: true, hasSessions: true },
  false,
)
