import { createAttemptLimit } from '../access/attempt-limit.ts'
import type { Keyring } from '../access/keyring.ts'
import { networkOf } from '../access/network-of.ts'
import { hashOfNothing, verifyPassword } from '../access/passwords.ts'
import type { AttemptStore } from '../core/attempt-store.ts'
import type { createLogger } from '../observe/log.ts'
import { openAccounts } from '../system/accounts/open-accounts.ts'
import type { SystemStore } from '../system/store.ts'

type Needs = Parameters<typeof openAccounts>[0]

interface Parts extends Pick<Needs, 'system' | 'checkPassword' | 'leastPassword' | 'send'> {
  readonly store: Pick<SystemStore, 'snapshot' | 'database'>
  readonly keyring: Keyring
  readonly attempts: AttemptStore
  readonly log: ReturnType<typeof createLogger>
}

const ATTEMPTS_MS = 15 * 60 * 1000
/** From one client. */
const MOST_FOR_ACCOUNT = { reset: 5, answer: 5, register: 10, address: 10 } as const
/** For one account, from whatever clients. */
const MOST_FROM_ALL = 20
const MOST_FROM_ADDRESS = { reset: 100, answer: 100, register: 20, address: 100 } as const

/** What people do with their own accounts, at most so often from one client and for one account. */
export function composeAccounts(parts: Parts): ReturnType<typeof openAccounts> {
  const { store, keyring, attempts, log, ...own } = parts
  const windows = createAttemptLimit(ATTEMPTS_MS, { store: attempts })
  return openAccounts({
    ...own,
    snapshot: store.snapshot,
    database: store.database,
    digest: keyring.digest,
    verify: verifyPassword,
    hashOfNothing: hashOfNothing(),
    async countAttempt(what, account, address) {
      const network = networkOf(address)
      const limits = [
        { key: `${what}:${JSON.stringify([account, network])}`, most: MOST_FOR_ACCOUNT[what] },
        { key: `${what}:${JSON.stringify([account])}`, most: MOST_FROM_ALL },
        { key: `${what}:${network}`, most: MOST_FROM_ADDRESS[what] },
      ]
      await (await windows.begin(limits)).keep()
    },
    onError: (error) => log.error({ err: error }, 'a message to an account was not sent'),
  })
}
