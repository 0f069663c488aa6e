import type { Accounts, UserAccount } from './accounts.ts'
import { createAttemptLimit } from './attempt-limit.ts'
import { hashOfNothing, verifyPassword } from './passwords.ts'

interface PasswordAttempt {
  readonly email: string
  readonly password: string
  /** Of the client; attempts are limited per account and address. */
  readonly address?: string | undefined
}

/**
 * The active account with this e-mail and password, or undefined; takes as long for an account that does not exist.
 * Throws `too_many_requests`.
 */
export type PasswordCheck = (attempt: PasswordAttempt) => Promise<UserAccount | undefined>

const WINDOW_MS = 15 * 60 * 1000
const MOST_PER_ACCOUNT = 10
const MOST_PER_ADDRESS = 100

export function createPasswordCheck(options: {
  readonly accounts: () => Accounts
  readonly now?: () => number
}): PasswordCheck {
  const { accounts, now } = options
  const limit = createAttemptLimit(WINDOW_MS, now)
  const hashOfNobody = hashOfNothing()
  return async ({ email, password, address = 'local' }) => {
    const account = email.trim().toLowerCase()
    const accountKey = JSON.stringify([account, address])
    const addressKey = JSON.stringify([address])
    // Counted before the check: attempts sent at once must not all see a low count.
    limit.count([
      { key: accountKey, most: MOST_PER_ACCOUNT },
      { key: addressKey, most: MOST_PER_ADDRESS },
    ])
    const user = accounts().userByEmail.get(account)
    const ofNobody = await hashOfNobody()
    const isRight = await verifyPassword(password, user?.passwordHash ?? ofNobody)
    if (!user?.passwordHash || !isRight || !user.isActive) return undefined
    if (user.confirmExpiresDate !== undefined) return undefined
    limit.forget(accountKey)
    limit.refund(addressKey)
    return user
  }
}
