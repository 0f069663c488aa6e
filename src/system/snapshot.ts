import type { z } from 'zod'
import type { CustomTool } from '../core/custom-tool.ts'
import type { RuleLimits } from '../core/rule-limits.ts'
import type { ExtrasByService } from './extras/service-extras.ts'
import type { LookupRow, LookupTables } from './lookup-tables.ts'
import type { corsRow, limitRow } from './row-schemas.ts'
import type { ServiceConfig } from './service-config.ts'

/** All of the system's records at one moment. Never changed: a write makes a new one, which shares what stayed as it was. */
export interface Snapshot {
  readonly version: number
  readonly services: readonly ServiceRecord[]
  /** By lower-cased name. */
  readonly serviceByName: ReadonlyMap<string, ServiceRecord>
  readonly roleById: ReadonlyMap<number, RoleRecord>
  readonly apps: readonly AppRecord[]
  readonly appByKeyHash: ReadonlyMap<string, AppRecord>
  readonly appByOldKeyHash: ReadonlyMap<string, AppRecord>
  readonly userById: ReadonlyMap<number, UserRecord>
  /** By e-mail in lower case. */
  readonly userByEmail: ReadonlyMap<string, UserRecord>
  /** By user, then by app: the id of the role. */
  readonly rolesByUser: ReadonlyMap<number, ReadonlyMap<number, number>>
  readonly lookups: LookupTables
  /** Values of private ones are encrypted. */
  readonly lookupRecords: readonly LookupRow[]
  /** For the configuration of services only: private ones are among them. */
  readonly configLookups: ReadonlyMap<string, string>
  readonly extras: ExtrasByService
  /** Those that are on. */
  readonly cors: readonly z.infer<typeof corsRow>[]
  /** Those that are on. */
  readonly limits: readonly LimitRecord[]
  readonly tools: readonly ToolRecord[]
}

export interface ToolRecord extends CustomTool {
  readonly id: number
  /** In lower case. */
  readonly service: string
  readonly isActive: boolean
}

export interface LimitRecord extends Omit<z.infer<typeof limitRow>, 'serviceId' | 'isActive'> {
  /** In lower case; absent: all services. */
  readonly service?: string | undefined
}

interface Numbered {
  readonly id: number
}

export interface ServiceRecord extends Numbered {
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

export interface RoleRecord extends Numbered {
  readonly name: string
  readonly description?: string | undefined
  readonly isActive: boolean
  /** Another number ends the sessions of all who have the role. */
  readonly sessionEpoch: number
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
  readonly fields?: readonly string[] | undefined
  readonly limits?: RuleLimits | undefined
  readonly confirm?: string | undefined
}

interface RuleFilterRecord {
  readonly name: string
  readonly operator: string
  readonly value?: string | number | boolean | null | readonly (string | number)[] | undefined
}

export interface AppRecord extends Numbered {
  readonly name: string
  readonly description?: string | undefined
  readonly isActive: boolean
  readonly keyHash: string
  /** UTC; absent: never. */
  readonly expiresDate?: string | undefined
  /** The same in milliseconds since 1970. */
  readonly expiresAt?: number | undefined
  /** Of the key before, which holds until then. */
  readonly previousKeyHash?: string | undefined
  readonly previousEndsAt?: number | undefined
  /** Absent when keys are not kept. */
  readonly encryptedKey?: string | undefined
  readonly roleId?: number | undefined
  /** How it is launched; 0: it is a key alone. */
  readonly type: number
  readonly url?: string | undefined
  readonly requiresFullscreen: boolean
  readonly allowFullscreenToggle: boolean
  readonly toggleLocation: string
}

export interface UserRecord extends Numbered {
  /** Absent: nobody but themselves, or the server. */
  readonly createdById?: number | undefined
  readonly name: string
  readonly username: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly email: string
  readonly isActive: boolean
  readonly isAdmin: boolean
  readonly passwordHash?: string | undefined
  /** Signing in is no change that is followed: as of the last one to this record. */
  readonly lastLoginDate?: string | undefined
  readonly sessionEpoch: number
  /** False: the address is its owner's word. */
  readonly isEmailProven: boolean
  /** Until when it has to be confirmed; absent: it is. */
  readonly confirmExpiresDate?: string | undefined
  readonly defaultAppId?: number | undefined
  readonly securityQuestion?: string | undefined
  /** Argon2id. */
  readonly securityAnswerHash?: string | undefined
}

/** Before anything was read. */
export const EMPTY: Snapshot = {
  version: 0,
  services: [],
  serviceByName: new Map(),
  roleById: new Map(),
  apps: [],
  appByKeyHash: new Map(),
  appByOldKeyHash: new Map(),
  userById: new Map(),
  userByEmail: new Map(),
  rolesByUser: new Map(),
  lookups: { ofSystem: new Map(), byRole: new Map(), byApp: new Map(), byUser: new Map() },
  lookupRecords: [],
  configLookups: new Map(),
  extras: new Map(),
  cors: [],
  limits: [],
  tools: [],
}
