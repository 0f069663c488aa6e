import { openApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { bootstrap } from '../system/bootstrap.ts'

interface AccountOptions {
  readonly config: Config
  readonly email: string
  /** Absent: one is made, and printed alone on one line. */
  readonly password: string | undefined
  readonly print: (text: string) => void
}

/** Makes the first administrator, for scripts. Throws `conflict` where there is one already. */
export async function setup({ config, email, password, print }: AccountOptions): Promise<void> {
  requireLength(password, 'admin', config)
  const app = await openApp(config)
  try {
    const { store, maker } = app
    const made = await bootstrap(store, {
      maker,
      adminEmail: email,
      adminPassword: password,
      mayGeneratePassword: true,
    })
    if (!made.administrator)
      throw new AppError('conflict', 'There is an administrator already.', {
        hint: 'A lost password: sluice reset-password --email ADDRESS',
      })
    if (made.administrator.password !== undefined) print(made.administrator.password)
  } finally {
    await app.close()
  }
}

/** A new password for an account, whose sessions end. Throws `not_found`. A running server knows it within a second. */
export async function resetPassword({ config, email, password, print }: AccountOptions): Promise<void> {
  const app = await openApp(config)
  try {
    const { store, maker } = app
    const { userByEmail } = store.snapshot()
    const user = userByEmail.get(email.trim().toLowerCase())
    if (!user) throw unknownAccount(email, [...userByEmail.keys()])
    requireLength(password, user.isAdmin ? 'admin' : 'user', config)
    const fresh = password ?? maker.newPassword()
    const passwordHash = await maker.hashPassword(fresh)
    await store.change((writer) => writer.upsertUser({ email: user.email, name: user.name, passwordHash }))
    if (password === undefined) print(fresh)
  } finally {
    await app.close()
  }
}

function requireLength(password: string | undefined, kind: 'user' | 'admin', config: Config): void {
  const least = kind === 'admin' ? config.minAdminPasswordLength : config.minPasswordLength
  if (password !== undefined && password.length < least)
    throw new AppError('bad_request', `The password must have at least ${least} characters.`)
}

function unknownAccount(email: string, known: readonly string[]): AppError {
  const names = nearest(email, known)
  return new AppError('not_found', `There is no account with the address ${email}.`, {
    hint: didYouMean(names) || 'sluice setup --email ADDRESS makes the first administrator.',
  })
}
