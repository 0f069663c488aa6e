import { isDeepStrictEqual } from 'node:util'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { idOf, namedIn, present, type TableWriter } from './table-writer.ts'

/** What is left out keeps its value, or takes the default of a new record. */
export interface UserInput {
  readonly email: string
  readonly name: string
  readonly username?: string | undefined
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly isActive?: boolean | undefined
  readonly isAdmin?: boolean | undefined
  /** Argon2id. */
  readonly passwordHash?: string | undefined
  /** All roles of the user, by names of apps and roles: others are removed. */
  readonly roles?: readonly { readonly app: string; readonly role: string }[] | undefined
}

interface Tables {
  readonly users: TableWriter
  readonly userRoles: TableWriter
  readonly apps: TableWriter
  readonly roles: TableWriter
}

export async function upsertUser(tables: Tables, input: UserInput): Promise<number> {
  const { users } = tables
  const email = input.email.trim().toLowerCase()
  const row = namedIn(await users.rows(), 'email', email)
  const values = present({
    name: input.name,
    username: input.username,
    first_name: input.firstName,
    last_name: input.lastName,
    is_active: input.isActive,
    is_sys_admin: input.isAdmin,
    password: input.passwordHash,
    session_epoch: row?.is_active === true && input.isActive === false ? endedSessions(row) : undefined,
  })
  const id = row ? idOf(row) : await users.insert({ is_active: true, username: email, ...values, email })
  const isMapped = input.roles !== undefined && (await writeRoles(id, input.roles, tables))
  if (row) await users.update(row, { ...values, ...(isMapped && { session_epoch: endedSessions(row) }) })
  return id
}

/** They do not come back when the account, or a role, does. */
function endedSessions({ session_epoch }: Row): number {
  return Number(session_epoch) + 1
}

/** True: they are others than before. */
async function writeRoles(
  userId: number,
  given: NonNullable<UserInput['roles']>,
  { userRoles, apps, roles }: Tables,
): Promise<boolean> {
  const [knownApps, knownRoles] = [await apps.rows(), await roles.rows()]
  const wanted = given.map(({ app, role }) => ({
    app_id: namedId(knownApps, app, 'app'),
    role_id: namedId(knownRoles, role, 'role'),
  }))
  const stored = (await userRoles.rows()).filter(({ user_id }) => user_id === userId)
  const before = stored.map(({ app_id, role_id }) => ({ app_id, role_id }))
  const inOrder = (rows: readonly object[]) => rows.map((each) => JSON.stringify(each)).toSorted()
  if (isDeepStrictEqual(inOrder(before), inOrder(wanted))) return false
  await userRoles.deleteWhere({ op: '=', field: 'user_id', value: userId })
  for (const role of wanted) await userRoles.insert({ ...role, user_id: userId })
  return true
}

function namedId(rows: readonly Row[], name: string, what: string): number {
  const row = namedIn(rows, 'name', name)
  if (row) return idOf(row)
  throw new AppError('bad_request', `There is no ${what} '${name}'.`)
}
