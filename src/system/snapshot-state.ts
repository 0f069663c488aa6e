import type { z } from 'zod'
import type { Table } from '../core/database/schema.ts'
import { EXTRAS_TABLE } from './bookkeeping.ts'
import type { ExtrasRow } from './extras/extras-row.ts'
import { nextExtras } from './extras/service-extras.ts'
import { keptRows, type RowChange } from './kept-rows.ts'
import { type LookupRow, lookupGroups, nextConfigLookups, nextLookupTables } from './lookup-tables.ts'
import { tableNamed } from './records.ts'
import type { RecordsRead } from './records-read.ts'
import { app } from './resources/app.ts'
import { cors } from './resources/cors.ts'
import { limit } from './resources/limit.ts'
import { lookup } from './resources/lookup.ts'
import { role } from './resources/role.ts'
import { roleServiceAccess } from './resources/role-service-access.ts'
import { service } from './resources/service.ts'
import { tool } from './resources/tool.ts'
import { user } from './resources/user.ts'
import { userToAppToRole } from './resources/user-to-app-to-role.ts'
import type { corsRow } from './row-schemas.ts'
import type { Secrets } from './secrets.ts'
import { openConfig } from './service-config.ts'
import { type AppRecord, EMPTY, type ServiceRecord, type Snapshot, type UserRecord } from './snapshot.ts'
import {
  type LimitRow,
  nextApps,
  nextLimits,
  nextRoles,
  nextRolesByUser,
  nextServices,
  nextTools,
  nextUsers,
  type RoleRow,
  type RuleRow,
  type ToolRow,
  type UserRoleRow,
} from './snapshot-parts.ts'

/** The tables whose records a snapshot is made of: changes to them are logged, and followed by every server. */
export const SNAPSHOT_TABLES: readonly Table[] = [
  service,
  role,
  roleServiceAccess,
  app,
  user,
  userToAppToRole,
  lookup,
  cors,
  limit,
  tool,
  { table: EXTRAS_TABLE },
].map(({ table }) => tableNamed(table))

export interface SnapshotState {
  /** The snapshot with these records taken in. Throws `internal` for a secret of another app key; then nothing was taken. */
  take(version: number, read: RecordsRead): Snapshot
}

type CorsRow = z.infer<typeof corsRow>

/** What a snapshot is made of, kept so that the next one costs what changed. Holds nothing at first. */
export function createSnapshotState(secrets: Secrets): SnapshotState {
  const kept = keptTables()
  let current = EMPTY
  return {
    take(version, { of }) {
      const services = of.services.rows.map((row) => ({ ...row, config: openConfig(row.config, secrets) }))
      // From here on nothing throws.
      const changes = {
        services: kept.services.take({ ids: of.services.ids, rows: services }),
        roles: kept.roles.take(of.roles),
        rules: kept.rules.take(of.rules),
        apps: kept.apps.take(of.apps),
        users: kept.users.take(of.users),
        userRoles: kept.userRoles.take(of.userRoles),
        lookups: kept.lookups.take(of.lookups),
        cors: kept.cors.take(of.cors),
        limits: kept.limits.take(of.limits),
        tools: kept.tools.take(of.tools),
        extras: kept.extras.take(of.extras),
      }
      current = { version, ...nextSnapshot(current, changes, kept, secrets) }
      return current
    },
  }
}

type KeptTables = ReturnType<typeof keptTables>

function keptTables() {
  return {
    services: keptRows<ServiceRecord>(),
    roles: keptRows<RoleRow>(),
    rules: keptRows<RuleRow>(({ roleId, serviceId }) => [`role:${roleId}`, `service:${serviceId}`]),
    apps: keptRows<AppRecord>(),
    users: keptRows<UserRecord>(),
    userRoles: keptRows<UserRoleRow>(({ userId }) => [`${userId}`]),
    lookups: keptRows<LookupRow>(lookupGroups),
    cors: keptRows<CorsRow>(),
    limits: keptRows<LimitRow>(),
    tools: keptRows<ToolRow>(),
    extras: keptRows<ExtrasRow>(({ serviceId }) => [`${serviceId}`]),
  }
}

interface Changes {
  readonly services: readonly RowChange<ServiceRecord>[]
  readonly roles: readonly RowChange<RoleRow>[]
  readonly rules: readonly RowChange<RuleRow>[]
  readonly apps: readonly RowChange<AppRecord>[]
  readonly users: readonly RowChange<UserRecord>[]
  readonly userRoles: readonly RowChange<UserRoleRow>[]
  readonly lookups: readonly RowChange<LookupRow>[]
  readonly cors: readonly RowChange<CorsRow>[]
  readonly limits: readonly RowChange<LimitRow>[]
  readonly tools: readonly RowChange<ToolRow>[]
  readonly extras: readonly RowChange<ExtrasRow>[]
}

function nextSnapshot(
  before: Snapshot,
  changes: Changes,
  kept: KeptTables,
  secrets: Secrets,
): Omit<Snapshot, 'version'> {
  const { lookups } = changes
  return {
    ...nextServices(before, changes.services, kept.services),
    roleById: nextRoles(before.roleById, changes, kept),
    ...nextApps(before, changes.apps, kept.apps),
    ...nextUsers(before, changes.users),
    rolesByUser: nextRolesByUser(before.rolesByUser, changes.userRoles, kept.userRoles),
    lookups: nextLookupTables(before.lookups, lookups, kept.lookups),
    lookupRecords: kept.lookups.all(),
    configLookups: nextConfigLookups(before.configLookups, lookups, kept.lookups, secrets),
    cors: changes.cors.length > 0 ? kept.cors.all().filter(({ isEnabled }) => isEnabled) : before.cors,
    limits: nextLimits(before.limits, changes, kept),
    tools: nextTools(before.tools, changes, kept),
    extras: nextExtras(before.extras, changes.extras, kept.extras),
  }
}
