import type { AccessRule } from './rule.ts'

/** What this layer reads of the system's records: one immutable state, replaced whole when something changes. */
export interface Accounts {
  /** By the HMAC of the API key. */
  readonly appByKeyHash: ReadonlyMap<string, AppAccount>
  /** By that of the key before, for as long as it holds. */
  readonly appByOldKeyHash?: ReadonlyMap<string, AppAccount>
  readonly roleById: ReadonlyMap<number, RoleAccount>
  readonly userById: ReadonlyMap<number, UserAccount>
  /** By lower-cased e-mail address. */
  readonly userByEmail: ReadonlyMap<string, UserAccount>
  /** By user, then by app: the id of the role. */
  readonly rolesByUser: ReadonlyMap<number, ReadonlyMap<number, number>>
  /** By name in lower case; no private ones. */
  readonly lookups: {
    readonly ofSystem: ReadonlyMap<string, string>
    readonly byRole: ReadonlyMap<number, ReadonlyMap<string, string>>
    readonly byApp: ReadonlyMap<number, ReadonlyMap<string, string>>
    readonly byUser: ReadonlyMap<number, ReadonlyMap<string, string>>
  }
}

export interface AppAccount {
  readonly id: number
  readonly name: string
  readonly isActive: boolean
  readonly roleId?: number | undefined
  /** Of its key; milliseconds since 1970. */
  readonly expiresAt?: number | undefined
  /** Of the key before. */
  readonly previousEndsAt?: number | undefined
}

export interface RoleAccount {
  readonly id: number
  readonly name: string
  readonly isActive: boolean
  readonly rules: readonly AccessRule[]
  /** Another number ends the sessions of all users who have it. */
  readonly sessionEpoch?: number | undefined
}

export interface UserAccount {
  readonly id: number
  readonly name: string
  readonly username: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly email: string
  /** False: the address is its owner's word; absent: it is not. */
  readonly isEmailProven?: boolean | undefined
  readonly isActive: boolean
  readonly isAdmin: boolean
  /** Argon2id; absent when this account cannot sign in by password. */
  readonly passwordHash?: string | undefined
  /** UTC, `YYYY-MM-DD HH:MM:SS`. */
  readonly lastLoginDate?: string | undefined
  /** Not confirmed yet, and so nobody can sign in; until when that is possible. */
  readonly confirmExpiresDate?: string | undefined
  /** Another number ends all sessions. */
  readonly sessionEpoch?: number | undefined
}
