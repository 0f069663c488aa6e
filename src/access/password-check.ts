import type { AttemptStore } from '../core/attempt-store.ts'
import type { Accounts, UserAccount } from './accounts.ts'
import { createAttemptLimit } from './attempt-limit.ts'
import { networkOf } from './network-of.ts'
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
  /** Attempts on other nodes; absent: there are none. */
  readonly attempts?: AttemptStore
  /** Whether a password is the one of a hash. */
  readonly verify?: (password: string, passwordHash: string) => Promise<boolean>
  readonly now?: () => number
}): PasswordCheck {
  const { accounts, attempts, now, verify = verifyPassword } = options
  const limit = createAttemptLimit(WINDOW_MS, { store: attempts, now })
  const hashOfNobody = hashOfNothing()
  return async ({ email, password, address = 'local' }) => {
    const account = email.trim().toLowerCase()
    const network = networkOf(address)
    const accountKey = JSON.stringify([account, network])
    const limits = [
      { key: accountKey, most: MOST_PER_ACCOUNT },
      { key: JSON.stringify([network]), most: MOST_PER_ADDRESS },
    ]
    // Before the check: attempts sent at once must not all see a low count.
    const attempt = await limit.begin(limits)
    const user = accounts().userByEmail.get(account)
    const ofNobody = await hashOfNobody()
    const isRight = await verify(password, user?.passwordHash ?? ofNobody)
    if (user?.passwordHash && isRight && user.isActive && user.confirmExpiresDate === undefined) {
      await attempt.succeed(accountKey)
      return user
    }
    await attempt.keep()
    return undefined
  }
}
