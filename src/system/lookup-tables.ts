import type { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { withChanges } from '../core/layered-map.ts'
import type { KeptRows, RowChange } from './kept-rows.ts'
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

export type LookupRow = z.infer<typeof lookupRow>
type Kept = Pick<KeptRows<LookupRow>, 'ofGroup'>

const SYSTEM = 'system'
const OWNERS = ['role', 'app', 'user'] as const

/** The groups in which lookups are kept: one for each owner, and one for those of the whole system. */
export function lookupGroups({ roleId, appId, userId }: LookupRow): readonly string[] {
  const ids = { role: roleId, app: appId, user: userId }
  const owned = OWNERS.flatMap((owner) => (ids[owner] === undefined ? [] : [`${owner}:${ids[owner]}`]))
  return owned.length === 0 ? [SYSTEM] : owned
}

/** The tables after these changes, which `kept` has taken already. */
export function nextLookupTables(
  before: LookupTables,
  changes: readonly RowChange<LookupRow>[],
  kept: Kept,
): LookupTables {
  const groups = changedGroups(changes)
  if (groups.size === 0) return before
  const next = (owner: string, map: ReadonlyMap<number, Values>) => {
    const own = [...groups].filter((group) => group.startsWith(`${owner}:`))
    return withChanges(
      map,
      own.map((group) => [Number(group.slice(owner.length + 1)), openValues(kept.ofGroup(group))] as const),
    )
  }
  return {
    ofSystem: groups.has(SYSTEM) ? (openValues(kept.ofGroup(SYSTEM)) ?? new Map()) : before.ofSystem,
    byRole: next('role', before.byRole),
    byApp: next('app', before.byApp),
    byUser: next('user', before.byUser),
  }
}

/**
 * For the configuration of services, and nothing else: those of the whole system, private ones decrypted. One that cannot be is left
 * out: the services that need it do not open, the others do.
 */
export function nextConfigLookups(
  before: Values,
  changes: readonly RowChange<LookupRow>[],
  kept: Kept,
  secrets: Secrets,
): Values {
  if (!changedGroups(changes).has(SYSTEM)) return before
  return new Map(
    kept.ofGroup(SYSTEM).flatMap((row) => {
      const value = clearValue(row, secrets)
      return value === undefined ? [] : [[row.name.toLowerCase(), value] as const]
    }),
  )
}

function clearValue({ value, isPrivate }: LookupRow, secrets: Secrets): string | undefined {
  if (value === undefined || !isPrivate) return value
  try {
    return secrets.decrypt(value, LOOKUP_PURPOSE)
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}

function changedGroups(changes: readonly RowChange<LookupRow>[]): ReadonlySet<string> {
  return new Set(
    changes.flatMap(({ before, after }) => [before, after].flatMap((row) => (row ? lookupGroups(row) : []))),
  )
}

/** Undefined where there are none. */
function openValues(rows: readonly LookupRow[]): Values | undefined {
  const open = rows.filter(({ isPrivate }) => !isPrivate)
  if (open.length === 0) return undefined
  return new Map(
    open.flatMap(({ name, value }) => (value === undefined ? [] : [[name.toLowerCase(), value] as const])),
  )
}
