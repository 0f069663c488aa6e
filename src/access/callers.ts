import { createHash } from 'node:crypto'
import type { Caller, Withheld } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import { type AccessPolicy, UNRESTRICTED } from '../core/policy.ts'
import type { Accounts, AppAccount, RoleAccount, UserAccount } from './accounts.ts'
import { lookupsOfCaller } from './lookups.ts'
import { compileRole, denyAll } from './policy.ts'
import type { Lookups } from './rule.ts'

/** Makes callers from accounts, each once a state of the accounts. */
export interface Callers {
  /** Nobody in particular: may do nothing. */
  readonly anonymous: Caller
  /** Throws `forbidden` when the app, the user or the role is not active. */
  callerFor(who: { readonly app?: AppAccount | undefined; readonly user?: UserAccount | undefined }): Caller
  /** The server's own user (stdio) in the role of that name. Throws `forbidden` when it is not active. */
  callerInRole(role: RoleAccount): Caller
  /** Somebody for whom another server vouches, in a role. Throws `forbidden` when it is not active. */
  holderOf(role: RoleAccount, who: { readonly label: string; readonly lookups: Lookups }): Caller
}

// Messages: dreamfactory-rest §2.3.
const MESSAGES = {
  nothing:
    'No session token (JWT) or API Key detected in request. Please send in X-DreamFactory-Session-Token and/or ' +
    'X-DreamFactory-API-Key request header. You can also use URL query parameters session_token and/or api_key.',
  noKey:
    'No API Key provided. Please provide a valid API Key using X-DreamFactory-API-Key request header or ' +
    "'api_key' url query parameter.",
  noRole: 'Role not found. A role may not be assigned to you or your application.',
  roleInactive:
    'Access Forbidden. The role assigned to you or your application or the default role of your application is not active.',
  appInactive: 'App is not active.',
  userInactive: 'User is not active.',
} as const

/** Roles that were read once; a role that changes is another object. */
export type CompiledRoles = WeakMap<RoleAccount, (lookups: Lookups) => AccessPolicy>

/** `compiled` outlives a state of the accounts: what did not change is not read again. */
export function createCallers(
  { roleById, rolesByUser, lookups: tables }: Accounts,
  compiled: CompiledRoles = new WeakMap(),
): Callers {
  const callers = new Map<string, Caller>()
  const policyOf = (role: RoleAccount, lookups: Lookups) => {
    const { id, rules } = role
    const known = compiled.get(role) ?? compileRole({ roleId: id, version: digestOf(rules), rules })
    compiled.set(role, known)
    return known(lookups)
  }
  const inRole = (
    role: RoleAccount,
    who: Omit<Who, 'role'>,
    more: Lookups = NO_LOOKUPS,
  ): Pick<Caller, 'policy' | 'lookups' | 'roleId' | 'roleName'> => {
    if (!role.isActive) throw refusal('role_inactive', MESSAGES.roleInactive)
    const own = lookupsOfCaller({ ...who, role }, tables)
    const lookups = more.size === 0 ? own : new Map([...own, ...more])
    return { policy: policyOf(role, lookups), lookups, roleId: role.id, roleName: role.name }
  }
  const callerFor = ({ app, user }: Omit<Who, 'role'>): Caller => {
    if (app && !app.isActive) throw refusal('app_inactive', MESSAGES.appInactive)
    if (user && (!user.isActive || user.confirmExpiresDate !== undefined))
      throw refusal('user_inactive', MESSAGES.userInactive)
    // An administrator with roles of their own is bound by them (dreamfactory-rest §2.3).
    const own = user && rolesByUser.get(user.id)
    const isUnrestricted = user?.isAdmin === true && own === undefined
    const identity = identityOf({ app, user }, isUnrestricted)
    if (isUnrestricted)
      return { ...identity, policy: UNRESTRICTED, lookups: lookupsOfCaller({ app, user }, tables) }
    const roleId = app && (own?.get(app.id) ?? app.roleId)
    const role = roleId === undefined ? undefined : roleById.get(roleId)
    if (role) return { ...identity, ...inRole(role, { app, user }) }
    return {
      ...identity,
      ...withheld(app ? NO_ROLE : NO_KEY),
      lookups: lookupsOfCaller({ app, user }, tables),
    }
  }
  return {
    anonymous: ANONYMOUS,
    callerFor(who) {
      if (!who.app && !who.user) return ANONYMOUS
      const key = `${who.app?.id ?? ''}:${who.user?.id ?? ''}`
      const caller = callers.get(key) ?? callerFor(who)
      callers.set(key, caller)
      return caller
    },
    holderOf: (role, { label, lookups }) => ({ kind: 'user', label, ...inRole(role, {}, lookups) }),
    callerInRole: (role) => ({ kind: 'local', label: `local:${role.name}`, ...inRole(role, {}) }),
  }
}

const NO_LOOKUPS: Lookups = new Map()

/** The same on every server, for as long as the rules are. */
function digestOf(rules: RoleAccount['rules']): string {
  return createHash('sha256').update(JSON.stringify(rules)).digest('base64url').slice(0, 22)
}

interface Who {
  readonly app?: AppAccount | undefined
  readonly user?: UserAccount | undefined
  readonly role?: RoleAccount | undefined
}

// Statuses are ours: 401 is "who are you", 403 is "you may not".
const NO_ROLE: Withheld = { code: 'forbidden', reason: 'no_role', message: MESSAGES.noRole }
const NO_KEY: Withheld = { code: 'unauthenticated', reason: 'no_api_key', message: MESSAGES.noKey }
const NOBODY: Withheld = { code: 'unauthenticated', reason: 'no_credentials', message: MESSAGES.nothing }

function withheld(why: Withheld): Pick<Caller, 'policy' | 'withheld'> {
  return { policy: denyAll(why.reason, why.message), withheld: why }
}

const ANONYMOUS: Caller = {
  kind: 'anonymous',
  label: 'anonymous',
  ...withheld(NOBODY),
  lookups: new Map(),
}

function identityOf(
  { app, user }: Who,
  isAdmin: boolean,
): Pick<Caller, 'kind' | 'label' | 'userId' | 'appId'> {
  const kind = isAdmin ? 'admin' : user ? 'user' : 'app'
  return {
    kind,
    label: user ? `${kind}:${user.id}` : `app:${app?.name}`,
    ...(user && { userId: user.id }),
    ...(app && { appId: app.id }),
  }
}

/** `reason` is for machines. */
function refusal(reason: string, message: string): AppError {
  return new AppError('forbidden', message, { context: { reason } })
}
