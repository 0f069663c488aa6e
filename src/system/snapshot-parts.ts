import type { z } from 'zod'
import { withChanges } from '../core/layered-map.ts'
import type { KeptRows, RowChange } from './kept-rows.ts'
import type { limitRow, roleRow, ruleRow, toolRow, userRoleRow } from './row-schemas.ts'
import type {
  AppRecord,
  LimitRecord,
  RoleRecord,
  ServiceRecord,
  Snapshot,
  ToolRecord,
  UserRecord,
} from './snapshot.ts'

export type RoleRow = z.infer<typeof roleRow>
export type RuleRow = z.infer<typeof ruleRow>
export type UserRoleRow = z.infer<typeof userRoleRow>
export type LimitRow = z.infer<typeof limitRow>
export type ToolRow = z.infer<typeof toolRow>

// Each part of a snapshot after these changes, which the kept rows have taken already; the same object when it stays as it was.

export function nextServices(
  { services, serviceByName }: Snapshot,
  changes: readonly RowChange<ServiceRecord>[],
  kept: KeptRows<ServiceRecord>,
): Pick<Snapshot, 'services' | 'serviceByName'> {
  if (changes.length === 0) return { services, serviceByName }
  const all = kept.all()
  return {
    services: all,
    serviceByName: new Map(all.map((service) => [service.name.toLowerCase(), service])),
  }
}

/** Rules name services, so a service that has another name, or is gone, changes roles. */
export function nextRoles(
  before: Snapshot['roleById'],
  changes: {
    readonly services: readonly RowChange<ServiceRecord>[]
    readonly roles: readonly RowChange<RoleRow>[]
    readonly rules: readonly RowChange<RuleRow>[]
  },
  kept: {
    readonly services: KeptRows<ServiceRecord>
    readonly roles: KeptRows<RoleRow>
    readonly rules: KeptRows<RuleRow>
  },
): Snapshot['roleById'] {
  const renamed = changes.services.filter(({ before, after }) => before?.name !== after?.name)
  const ofRenamed = idsOf(renamed).flatMap((id) => kept.rules.ofGroup(`service:${id}`))
  const ofRules = [...changes.rules.flatMap(({ before, after }) => [before, after]), ...ofRenamed]
  const ids = new Set([...idsOf(changes.roles), ...ofRules.flatMap((rule) => (rule ? [rule.roleId] : []))])
  if (ids.size === 0) return before
  return withChanges(
    before,
    [...ids].map(
      (id) => [id, roleOf(kept.roles.get(id), kept.rules.ofGroup(`role:${id}`), kept.services)] as const,
    ),
  )
}

function roleOf(
  row: RoleRow | undefined,
  rules: readonly RuleRow[],
  services: KeptRows<ServiceRecord>,
): RoleRecord | undefined {
  if (!row) return undefined
  const named = rules.flatMap(({ id: _, roleId: __, serviceId, ...rule }) => {
    const service = serviceId === null ? null : services.get(serviceId)?.name
    // A rule on a service that is gone must not become a rule on all services.
    return service === undefined ? [] : [{ ...rule, service }]
  })
  return { ...row, rules: named }
}

export function nextApps(
  { apps, appByKeyHash, appByOldKeyHash }: Snapshot,
  changes: readonly RowChange<AppRecord>[],
  kept: KeptRows<AppRecord>,
): Pick<Snapshot, 'apps' | 'appByKeyHash' | 'appByOldKeyHash'> {
  if (changes.length === 0) return { apps, appByKeyHash, appByOldKeyHash }
  return {
    apps: kept.all(),
    appByKeyHash: withChanges(
      appByKeyHash,
      keyed(changes, ({ keyHash }) => keyHash),
    ),
    appByOldKeyHash: withChanges(
      appByOldKeyHash,
      keyed(changes, ({ previousKeyHash }) => previousKeyHash).flatMap(([hash, app]) =>
        hash === undefined ? [] : [[hash, app] as const],
      ),
    ),
  }
}

export function nextUsers(
  { userById, userByEmail }: Snapshot,
  changes: readonly RowChange<UserRecord>[],
): Pick<Snapshot, 'userById' | 'userByEmail'> {
  return {
    userById: withChanges(
      userById,
      keyed(changes, ({ id }) => id),
    ),
    userByEmail: withChanges(
      userByEmail,
      keyed(changes, ({ email }) => email.toLowerCase()),
    ),
  }
}

export function nextRolesByUser(
  before: Snapshot['rolesByUser'],
  changes: readonly RowChange<UserRoleRow>[],
  kept: KeptRows<UserRoleRow>,
): Snapshot['rolesByUser'] {
  const users = new Set(
    changes.flatMap(({ before, after }) => [before, after].flatMap((row) => row?.userId ?? [])),
  )
  const rolesOf = (userId: number) => {
    const rows = kept.ofGroup(`${userId}`)
    return rows.length === 0 ? undefined : new Map(rows.map(({ appId, roleId }) => [appId, roleId]))
  }
  return withChanges(
    before,
    [...users].map((userId) => [userId, rolesOf(userId)] as const),
  )
}

/** Limits name services, as rules do. */
export function nextLimits(
  before: Snapshot['limits'],
  changes: {
    readonly services: readonly RowChange<ServiceRecord>[]
    readonly limits: readonly RowChange<LimitRow>[]
  },
  kept: { readonly services: KeptRows<ServiceRecord>; readonly limits: KeptRows<LimitRow> },
): Snapshot['limits'] {
  if (changes.services.length === 0 && changes.limits.length === 0) return before
  return kept.limits.all().flatMap(({ serviceId, isActive, ...limit }): LimitRecord[] => {
    if (serviceId === undefined) return isActive ? [limit] : []
    const service = kept.services.get(serviceId)?.name.toLowerCase()
    // One on a service that is gone must not become one on all services.
    return isActive && service !== undefined ? [{ ...limit, service }] : []
  })
}

/** Tools name services, as rules do. */
export function nextTools(
  before: Snapshot['tools'],
  changes: {
    readonly services: readonly RowChange<ServiceRecord>[]
    readonly tools: readonly RowChange<ToolRow>[]
  },
  kept: { readonly services: KeptRows<ServiceRecord>; readonly tools: KeptRows<ToolRow> },
): Snapshot['tools'] {
  if (changes.services.length === 0 && changes.tools.length === 0) return before
  return kept.tools.all().flatMap(({ serviceId, ...tool }): ToolRecord[] => {
    const service = kept.services.get(serviceId)?.name.toLowerCase()
    return service === undefined ? [] : [{ ...tool, service }]
  })
}

/** First what goes, then what comes: a key may go from one record to another. */
function keyed<K, T>(
  changes: readonly RowChange<T>[],
  keyOf: (record: T) => K,
): (readonly [K, T | undefined])[] {
  return [
    ...changes.flatMap(({ before }) => (before ? [[keyOf(before), undefined] as const] : [])),
    ...changes.flatMap(({ after }) => (after ? [[keyOf(after), after] as const] : [])),
  ]
}

function idsOf(changes: readonly RowChange<{ readonly id: number }>[]): number[] {
  return changes.flatMap(({ before, after }) => (after ?? before)?.id ?? [])
}
