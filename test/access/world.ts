import type { Accounts, AppAccount, RoleAccount, UserAccount } from '../../src/access/accounts.ts'
import { createAuthenticator } from '../../src/access/authenticate.ts'
import { createKeyring } from '../../src/access/keyring.ts'
import { createPasswordCheck } from '../../src/access/password-check.ts'
import { hashPassword } from '../../src/access/passwords.ts'
import type { AccessRule } from '../../src/access/rule.ts'
import { createSessions } from '../../src/access/sessions.ts'
import { createTokens } from '../../src/access/tokens.ts'

const keyring = createKeyring(new Uint8Array(32).fill(9))
export const KEYS = {
  agent: 'a'.repeat(64),
  noRole: 'b'.repeat(64),
  off: 'c'.repeat(64),
  sleeping: 'd'.repeat(64),
}
export const PASSWORD = 'correct horse battery'
const hash = await hashPassword(PASSWORD)

const readOrders: AccessRule = {
  service: 'shop',
  component: '_table/orders/*',
  verbMask: 1,
  requestorMask: 1,
  filters: [],
  filterOp: 'AND',
}
const ownRows: AccessRule = {
  ...readOrders,
  component: '_table/customers/*',
  filters: [{ name: 'id', operator: '=', value: '{user.id}' }],
}

const roles: RoleAccount[] = [
  { id: 1, name: 'Reader', isActive: true, rules: [readOrders, ownRows] },
  { id: 2, name: 'asleep', isActive: false, rules: [readOrders] },
]
const apps: (AppAccount & { readonly key: string })[] = [
  { id: 1, name: 'agent', isActive: true, roleId: 1, key: KEYS.agent },
  { id: 2, name: 'no role', isActive: true, key: KEYS.noRole },
  { id: 3, name: 'off', isActive: false, roleId: 1, key: KEYS.off },
  { id: 4, name: 'sleeping', isActive: true, roleId: 2, key: KEYS.sleeping },
]
export const admin: UserAccount = {
  id: 1,
  name: 'Ada Admin',
  username: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Admin',
  email: 'ada@example.com',
  isActive: true,
  isAdmin: true,
  passwordHash: hash,
}
export const una: UserAccount = {
  id: 2,
  name: 'Una User',
  username: 'una@example.com',
  email: 'una@example.com',
  isActive: true,
  isAdmin: false,
  passwordHash: hash,
}

/** Accounts with these users. */
export function accountsWith(
  users: readonly UserAccount[],
  rolesByUser: Accounts['rolesByUser'] = new Map(),
): Accounts {
  return {
    appByKeyHash: new Map(apps.map((app) => [keyring.apiKeyHash(app.key), app])),
    roleById: new Map(roles.map((role) => [role.id, role])),
    userById: new Map(users.map((user) => [user.id, user])),
    userByEmail: new Map(users.map((user) => [user.email, user])),
    rolesByUser,
    lookups: { ofSystem: new Map(), byRole: new Map(), byApp: new Map(), byUser: new Map() },
  }
}

/** The access layer over accounts and a clock that a test can change. */
export function world() {
  const state = { accounts: accountsWith([admin, una]), now: Date.UTC(2026, 10, 22, 2, 1, 22) }
  const now = () => state.now
  const accounts = () => state.accounts
  const key = { algorithm: 'HS256', sign: keyring.tokenKey, verify: keyring.tokenKey } as const
  const tokens = createTokens({ keyring, key, accounts, ttlMinutes: 60, refreshMinutes: 180, now })
  const revoked = new Set<string>()
  const revocations = {
    has: (tokenId: string) => revoked.has(tokenId),
    revoke: async (tokenId: string) => revoked.size < revoked.add(tokenId).size,
  }
  const checkPassword = createPasswordCheck({ accounts, now })
  const authenticator = createAuthenticator({
    accounts,
    keyring,
    tokens,
    checkPassword,
    isRevoked: revocations.has,
    now,
  })
  const recorded: [number, string][] = []
  const sessions = createSessions({
    accounts,
    authenticator,
    checkPassword,
    tokens,
    revocations,
    recordSignIn: async (userId, date) => {
      recorded.push([userId, date])
    },
    host: 'server',
    allowForever: true,
  })
  return { state, tokens, revocations, checkPassword, sessions, recorded, ...authenticator }
}
