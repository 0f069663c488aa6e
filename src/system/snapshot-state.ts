import type { z } from 'zod'
import type { Table } from '../core/database/schema.ts'
import type { Row } from '../core/database/value.ts'
import { EXTRAS_TABLE } from './bookkeeping.ts'
import { type ExtrasRow, extrasRow } from './extras/extras-row.ts'
import { nextExtras } from './extras/service-extras.ts'
import { type KeptRows, keptRows, type RowChange } from './kept-rows.ts'
import { type LookupRow, lookupGroups, nextConfigLookups, nextLookupTables } from './lookup-tables.ts'
import { tableNamed } from './records.ts'
import { app } from './resources/app.ts'
import { cors } from './resources/cors.ts'
import { limit } from './resources/limit.ts'
import { lookup } from './resources/lookup.ts'
import { role } from './resources/role.ts'
import { roleServiceAccess } from './resources/role-service-access.ts'
import { service } from './resources/service.ts'
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
  nextUsers,
  type RoleRow,
  type RuleRow,
  type UserRoleRow,
} from './snapshot-parts.ts'
import type { SystemResource } from './system-resource.ts'

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
  { table: EXTRAS_TABLE },
].map(({ table }) => tableNamed(table))

/** Rows as they are now, by table; ids without a row are of records that are gone. */
export type RowsRead = ReadonlyMap<string, { readonly ids: Iterable<number>; readonly rows: readonly Row[] }>

export interface SnapshotState {
  /** The snapshot with these rows taken in. Throws `internal` when one is not what this program writes; then nothing was taken. */
  take(version: number, read: RowsRead): Snapshot
}

type CorsRow = z.infer<typeof corsRow>

/** What a snapshot is made of, kept so that the next one costs what changed. Holds nothing at first. */
export function createSnapshotState(secrets: Secrets): SnapshotState {
  const kept = keptTables()
  let current = EMPTY
  return {
    take(version, read) {
      const takeRows = prepareAll(kept, read, secrets)
      // From here on nothing throws.
      current = { version, ...nextSnapshot(current, takeRows(), kept, secrets) }
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
    extras: keptRows<ExtrasRow>(({ serviceId }) => [`${serviceId}`]),
  }
}

/** Reads all rows, so that what cannot be read is found before any is taken in. */
function prepareAll(kept: KeptTables, read: RowsRead, secrets: Secrets) {
  const services = prepare(service, read, kept.services, (rows) =>
    readRows(serviceRow, rows).map((row) => ({ ...row, config: openConfig(row.config, secrets) })),
  )
  const roles = prepare(role, read, kept.roles, (rows) => readRows(roleRow, rows))
  const rules = prepare(roleServiceAccess, read, kept.rules, (rows) => readRows(ruleRow, rows))
  const apps = prepare(app, read, kept.apps, (rows) => readRows(appRow, rows))
  const users = prepare(user, read, kept.users, (rows) => readRows(userRow, rows))
  const userRoles = prepare(userToAppToRole, read, kept.userRoles, (rows) => readRows(userRoleRow, rows))
  const lookups = prepare(lookup, read, kept.lookups, (rows) => readRows(lookupRow, rows))
  const ofCors = prepare(cors, read, kept.cors, (rows) => readRows(corsRow, rows))
  const limits = prepare(limit, read, kept.limits, (rows) => readRows(limitRow, rows))
  const extras = prepare({ table: EXTRAS_TABLE }, read, kept.extras, (rows) => readRows(extrasRow, rows))
  return () => ({
    services: services(),
    roles: roles(),
    rules: rules(),
    apps: apps(),
    users: users(),
    userRoles: userRoles(),
    lookups: lookups(),
    cors: ofCors(),
    limits: limits(),
    extras: extras(),
  })
}

type Changes = ReturnType<ReturnType<typeof prepareAll>>

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
    extras: nextExtras(before.extras, changes.extras, kept.extras),
  }
}

/** Reads the rows of one table; what it answers takes them in. */
function prepare<T extends { readonly id: number }>(
  { table }: Pick<SystemResource, 'table'>,
  read: RowsRead,
  kept: KeptRows<T>,
  parse: (rows: readonly Row[]) => readonly T[],
): () => readonly RowChange<T>[] {
  const found = read.get(table.name)
  if (!found) return () => []
  const rows = parse(found.rows)
  return () => kept.take(found.ids, rows)
}
