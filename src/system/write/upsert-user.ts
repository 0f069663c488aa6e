import { idOf, namedIn, present, type TableWriter } from './table-writer.ts'

/** What is left out keeps its value, or takes the default of a new record. */
export interface UserInput {
  readonly email: string
  readonly name: string
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly isActive?: boolean | undefined
  readonly isAdmin?: boolean | undefined
  /** Argon2id. */
  readonly passwordHash?: string | undefined
}

export async function upsertUser(users: TableWriter, input: UserInput): Promise<number> {
  const email = input.email.trim().toLowerCase()
  const row = namedIn(await users.rows(), 'email', email)
  const values = present({
    name: input.name,
    first_name: input.firstName,
    last_name: input.lastName,
    is_active: input.isActive,
    is_sys_admin: input.isAdmin,
    password: input.passwordHash,
  })
  if (!row) return await users.insert({ is_active: true, ...values, email, username: email })
  await users.update(row, values)
  return idOf(row)
}
