import type { z } from 'zod'
import type { lookupRow } from './row-schemas.ts'
import { LOOKUP_PURPOSE, type Secrets } from './secrets.ts'

type Values = ReadonlyMap<string, string>

/** Values by name in lower case, without private ones: these reach filters, parameters and records. */
export interface LookupTables {
  readonly ofSystem: Values
  readonly byRole: ReadonlyMap<number, Values>
  readonly byApp: ReadonlyMap<number, Values>
  readonly byUser: ReadonlyMap<number, Values>
}

type LookupRow = z.infer<typeof lookupRow>

export function lookupTables(rows: readonly LookupRow[]): LookupTables {
  const open = rows.filter(({ isPrivate }) => !isPrivate)
  const hasOwner = ({ roleId, appId, userId }: LookupRow) =>
    roleId !== undefined || appId !== undefined || userId !== undefined
  return {
    ofSystem: valuesOf(open.filter((row) => !hasOwner(row))),
    byRole: byOwner(open, ({ roleId }) => roleId),
    byApp: byOwner(open, ({ appId }) => appId),
    byUser: byOwner(open, ({ userId }) => userId),
  }
}

/** For the configuration of services, and nothing else: those of the whole system, private ones decrypted. */
export function configLookups(rows: readonly LookupRow[], secrets: Secrets): Values {
  const ofSystem = rows.filter(
    ({ roleId, appId, userId }) => roleId === undefined && appId === undefined && userId === undefined,
  )
  return new Map(
    ofSystem.flatMap(({ name, value, isPrivate }) =>
      value === undefined
        ? []
        : [[name.toLowerCase(), isPrivate ? secrets.decrypt(value, LOOKUP_PURPOSE) : value] as const],
    ),
  )
}

function byOwner(
  rows: readonly LookupRow[],
  ownerOf: (row: LookupRow) => number | undefined,
): Map<number, Values> {
  const owned = new Map<number, LookupRow[]>()
  for (const row of rows) {
    const owner = ownerOf(row)
    if (owner !== undefined) owned.set(owner, [...(owned.get(owner) ?? []), row])
  }
  return new Map([...owned].map(([owner, own]) => [owner, valuesOf(own)]))
}

function valuesOf(rows: readonly LookupRow[]): Map<string, string> {
  return new Map(
    rows.flatMap(({ name, value }) => (value === undefined ? [] : [[name.toLowerCase(), value]])),
  )
}
