import type { z } from 'zod'
import type { Table } from '../core/database/schema.ts'
import type { Row } from '../core/database/value.ts'
import { EXTRAS_TABLE } from './bookkeeping.ts'
import { type ExtrasRow, extrasRow } from './extras/extras-row.ts'
import { nextExtras } from './extras/service-extras.ts'
import { keptRows, type RowChange } from './kept-rows.ts'
import { type LookupRow, lookupGroups, nextConfigLookups, nextLookupTables } from './lookup-tables.ts'
import { tableNamed } from './records.ts'
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
import {
  appRow,
  corsRow,
  limitRow,
  lookupRow,
  readRows,
  roleRow,
  ruleRow,
  serviceRow,
  toolRow,
  userRoleRow,
  userRow,
} from './row-schemas.ts'
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

/** Records as they are now; ids without a record are of those that are gone. */
export interface RecordsRead {
  /** Takes rows of a table as they come, and keeps what they say. Throws `internal` when one is not what this program writes. */
  add(table: string, ids: Iterable<number>, rows: readonly Row[]): void
  /** What is kept of a row: there is no need to read the others. */
  fieldsOf(table: string): readonly string[] | undefined
  readonly of: ReturnType<typeof readTables>
}

export function createRecordsRead(): RecordsRead {
  const of = readTables()
  const byTable = new Map<string, TableRead>([
    [service.table.name, of.services],
    [role.table.name, of.roles],
    [roleServiceAccess.table.name, of.rules],
    [app.table.name, of.apps],
    [user.table.name, of.users],
    [userToAppToRole.table.name, of.userRoles],
    [lookup.table.name, of.lookups],
    [cors.table.name, of.cors],
    [limit.table.name, of.limits],
    [tool.table.name, of.tools],
    [EXTRAS_TABLE.name, of.extras],
  ])
  return {
    of,
    add: (table, ids, rows) => byTable.get(table)?.add(ids, rows),
    fieldsOf: (table) => byTable.get(table)?.fields,
  }
}

interface TableRead {
  readonly fields: readonly string[]
  add(ids: Iterable<number>, rows: readonly Row[]): void
}

function readTables() {
  return {
    services: recordsOf(serviceRow),
    roles: recordsOf(roleRow),
    rules: recordsOf(ruleRow),
    apps: recordsOf(appRow),
    users: recordsOf(userRow),
    userRoles: recordsOf(userRoleRow),
    lookups: recordsOf(lookupRow),
    cors: recordsOf(corsRow),
    limits: recordsOf(limitRow),
    tools: recordsOf(toolRow),
    extras: recordsOf(extrasRow),
  }
}

function recordsOf<T>(schema: z.ZodType<T> & { readonly in: z.ZodObject }) {
  const ids: number[] = []
  const rows: T[] = []
  return {
    ids,
    rows,
    fields: Object.keys(schema.in.shape),
    add(some: Iterable<number>, stored: readonly Row[]): void {
      for (const row of readRows(schema, stored)) rows.push(row)
      for (const id of some) ids.push(id)
    },
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
