import type { AppAccount, RoleAccount, UserAccount } from './accounts.ts'
import type { Lookups } from './rule.ts'

/** Built-in lookups of a caller (dreamfactory-rest §3.6), without secrets. A value that is not there has no entry. */
export function lookupsOfCaller(who: {
  readonly user?: UserAccount | undefined
  readonly app?: AppAccount | undefined
  readonly role?: RoleAccount | undefined
}): Lookups {
  const { user, app, role } = who
  const values: readonly (readonly [string, string | number | boolean | undefined])[] = [
    ['user.id', user?.id],
    ['user.name', user?.name],
    ['user.display_name', user?.name],
    ['user.username', user?.username],
    ['user.first_name', user?.firstName],
    ['user.last_name', user?.lastName],
    ['user.email', user?.email],
    ['user.is_sys_admin', user?.isAdmin],
    ['user.last_login_date', user?.lastLoginDate],
    ['app.id', app?.id],
    ['app.name', app?.name],
    ['role.id', role?.id],
    ['role.name', role?.name],
  ]
  return new Map(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
}
