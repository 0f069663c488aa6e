import type { z } from 'zod'
import type { Row } from '../core/database/value.ts'
import { extrasRow } from './extras/extras-row.ts'
import { type ExtrasByService, extrasByService } from './extras/service-extras.ts'
import { configLookups, type LookupTables, lookupTables } from './lookup-tables.ts'
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
import { openConfig, type ServiceConfig } from './service-config.ts'

/** All of the system's records at one moment. Never changed: a write makes a new one. */
export interface Snapshot {
  readonly version: number
  readonly services: readonly ServiceRecord[]
  /** By lower-cased name. */
  readonly serviceByName: ReadonlyMap<string, ServiceRecord>
  readonly roleById: ReadonlyMap<number, RoleRecord>
  readonly apps: readonly AppRecord[]
  readonly appByKeyHash: ReadonlyMap<string, AppRecord>
  readonly userById: ReadonlyMap<number, UserRecord>
  /** By e-mail in lower case. */
  readonly userByEmail: ReadonlyMap<string, UserRecord>
  /** By user, then by app: the id of the role. */
  readonly rolesByUser: ReadonlyMap<number, ReadonlyMap<number, number>>
  readonly lookups: LookupTables
  /** Values of private ones are encrypted. */
  readonly lookupRecords: readonly z.infer<typeof lookupRow>[]
  /** For the configuration of services only: private ones are among them. */
  readonly configLookups: ReadonlyMap<string, string>
  readonly extras: ExtrasByService
  /** Those that are on. */
  readonly cors: readonly z.infer<typeof corsRow>[]
  /** Those that are on. */
  readonly limits: readonly LimitRecord[]
}

interface LimitRecord extends Omit<z.infer<typeof limitRow>, 'serviceId' | 'isActive'> {
  /** In lower case; absent: all services. */
  readonly service?: string | undefined
}

interface Stamped {
  readonly id: number
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly createdDate: string
  readonly lastModifiedDate: string
  readonly createdById?: number | undefined
  readonly lastModifiedById?: number | undefined
}

export interface ServiceRecord extends Stamped {
  readonly name: string
  readonly label: string
  readonly description?: string | undefined
  readonly isActive: boolean
  readonly type: string
  readonly mutable: boolean
  readonly deletable: boolean
  /** With its secrets. */
  readonly config: ServiceConfig
}

interface RoleRecord extends Stamped {
  readonly name: string
  readonly description?: string | undefined
  readonly isActive: boolean
  readonly rules: readonly RuleRecord[]
}

export interface RuleRecord {
  /** Null: all services. */
  readonly service: string | null
  readonly component: string
  readonly verbMask: number
  readonly requestorMask: number
  readonly filters: readonly RuleFilterRecord[]
  readonly filterOp: 'AND' | 'OR'
}

interface RuleFilterRecord {
  readonly name: string
  readonly operator: string
  readonly value?: string | number | boolean | null | readonly (string | number)[] | undefined
}

interface AppRecord extends Stamped {
  readonly name: string
  readonly description?: string | undefined
  readonly isActive: boolean
  readonly keyHash: string
  /** Absent when keys are not kept. */
  readonly encryptedKey?: string | undefined
  readonly roleId?: number | undefined
}

interface UserRecord extends Stamped {
  readonly name: string
  readonly username: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly email: string
  readonly isActive: boolean
  readonly isAdmin: boolean
  readonly passwordHash?: string | undefined
  readonly lastLoginDate?: string | undefined
  readonly sessionEpoch: number
  /** Until when it has to be confirmed; absent: it is. */
  readonly confirmExpiresDate?: string | undefined
  readonly securityQuestion?: string | undefined
  /** Argon2id. */
  readonly securityAnswerHash?: string | undefined
}

export interface SystemRows {
  readonly version: number
  readonly services: readonly Row[]
  readonly roles: readonly Row[]
  readonly rules: readonly Row[]
  readonly apps: readonly Row[]
  readonly users: readonly Row[]
  readonly userRoles: readonly Row[]
  readonly lookups: readonly Row[]
  readonly cors: readonly Row[]
  readonly extras: readonly Row[]
  readonly limits: readonly Row[]
}

/** Throws `internal` when a row is not what this program writes. */
export function buildSnapshot(rows: SystemRows, secrets: Secrets): Snapshot {
  const services = readRows(serviceRow, rows.services).map((row) => ({
    ...row,
    config: openConfig(row.config, secrets),
  }))
  const rules = rulesByRole(readRows(ruleRow, rows.rules), services)
  const roles = readRows(roleRow, rows.roles).map(
    (row): RoleRecord => ({ ...row, rules: rules.get(row.id) ?? [] }),
  )
  const apps = readRows(appRow, rows.apps)
  const users = readRows(userRow, rows.users)
  const lookups = readRows(lookupRow, rows.lookups)
  return {
    version: rows.version,
    services,
    serviceByName: new Map(services.map((service) => [service.name.toLowerCase(), service])),
    roleById: new Map(roles.map((role) => [role.id, role])),
    apps,
    appByKeyHash: new Map(apps.map((app) => [app.keyHash, app])),
    userById: new Map(users.map((user) => [user.id, user])),
    userByEmail: new Map(users.map((user) => [user.email.toLowerCase(), user])),
    rolesByUser: rolesByUser(readRows(userRoleRow, rows.userRoles)),
    lookups: lookupTables(lookups),
    lookupRecords: lookups,
    configLookups: configLookups(lookups, secrets),
    extras: extrasByService(readRows(extrasRow, rows.extras)),
    cors: readRows(corsRow, rows.cors).filter(({ isEnabled }) => isEnabled),
    limits: limitsInForce(readRows(limitRow, rows.limits), services),
  }
}

function limitsInForce(
  rows: readonly z.infer<typeof limitRow>[],
  services: readonly ServiceRecord[],
): LimitRecord[] {
  const names = new Map(services.map(({ id, name }) => [id, name.toLowerCase()]))
  return rows.flatMap(({ serviceId, isActive, ...limit }) => {
    if (serviceId === undefined) return isActive ? [limit] : []
    const service = names.get(serviceId)
    // One on a service that is gone must not become one on all services.
    return isActive && service !== undefined ? [{ ...limit, service }] : []
  })
}

type RuleRow = z.infer<typeof ruleRow>

function rulesByRole(
  rules: readonly RuleRow[],
  services: readonly ServiceRecord[],
): Map<number, RuleRecord[]> {
  const names = new Map(services.map(({ id, name }) => [id, name]))
  const byRole = new Map<number, RuleRecord[]>()
  for (const { roleId, serviceId, ...rule } of rules) {
    const service = serviceId === null ? null : names.get(serviceId)
    // A rule on a service that is gone must not become a rule on all services.
    if (service === undefined) continue
    const list = byRole.get(roleId)
    if (list) list.push({ ...rule, service })
    else byRole.set(roleId, [{ ...rule, service }])
  }
  return byRole
}

function rolesByUser(rows: readonly z.infer<typeof userRoleRow>[]): Map<number, Map<number, number>> {
  const byUser = new Map<number, Map<number, number>>()
  for (const { userId, appId, roleId } of rows) {
    const roles = byUser.get(userId) ?? new Map<number, number>()
    byUser.set(userId, roles.set(appId, roleId))
  }
  return byUser
}
