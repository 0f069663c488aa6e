import type { Accounts, AppAccount, RoleAccount, UserAccount } from './accounts.ts'
import type { Lookups } from './rule.ts'

interface Who {
  readonly user?: UserAccount | undefined
  readonly app?: AppAccount | undefined
  readonly role?: RoleAccount | undefined
}

/**
 * What a caller's lookups stand for: those of the system, the app, the role and the user, the later ones first, and before all of
 * them the built-in ones (dreamfactory-rest §3.6). No private ones, no secrets. A value that is not there has no entry.
 */
export function lookupsOfCaller(who: Who, lookups: Accounts['lookups']): Lookups {
  const { user, app, role } = who
  const own = [
    lookups.ofSystem,
    app && lookups.byApp.get(app.id),
    role && lookups.byRole.get(role.id),
    user && lookups.byUser.get(user.id),
  ]
  return new Map([...own.flatMap((values) => [...(values ?? [])]), ...builtIn(who)])
}

function builtIn({ user, app, role }: Who): [string, string | number | boolean][] {
  const values: readonly (readonly [string, string | number | boolean | undefined])[] = [
    ['user.id', user?.id],
    ['user.name', user?.name],
    ['user.display_name', user?.name],
    ['user.username', user?.username],
    ['user.first_name', user?.firstName],
    ['user.last_name', user?.lastName],
    // Else who takes the address of another would see their rows.
    ['user.email', user?.isEmailProven === false ? undefined : user?.email],
    ['user.is_sys_admin', user?.isAdmin],
    ['user.last_login_date', user?.lastLoginDate],
    ['app.id', app?.id],
    ['app.name', app?.name],
    ['role.id', role?.id],
    ['role.name', role?.name],
  ]
  return values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
}
