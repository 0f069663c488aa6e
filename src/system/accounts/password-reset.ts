import { AppError } from '../../core/errors.ts'
import { requireLength } from '../resources/user.ts'
import type { LeastPassword } from '../secrets.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemApi } from '../system-api.ts'
import { asHouse } from './account-api.ts'
import type { AccountKind } from './account-settings.ts'
import type { Background } from './background.ts'
import { type CodeBook, isCode } from './code-book.ts'
import type { Account, SendCode } from './code-mail.ts'
import type { SecurityQuestions } from './security-questions.ts'

type Given = Readonly<Record<string, unknown>>

interface From {
  /** Of the client. */
  readonly address: string
  readonly signal: AbortSignal
}

/** A new password for who lost theirs (dreamfactory-rest §2.7). No answer, and no time it takes, tells whether there is an account. */
export interface PasswordReset {
  /**
   * The account's security question, to be answered in place of a code; undefined: a code was sent by e-mail, where there is
   * such an active account. Throws `bad_request`, `too_many_requests`.
   */
  request(kind: AccountKind, given: Given, from: From): Promise<string | undefined>
  /**
   * The account's id; it is confirmed now. Throws `bad_request`, `not_found` for a wrong, used or expired code,
   * `too_many_requests`.
   */
  byCode(kind: AccountKind, given: Given, from: From): Promise<number>
  /** The account's id. Throws `bad_request` for a wrong answer, `too_many_requests`. */
  byAnswer(kind: AccountKind, given: Given, from: From): Promise<number>
  /** Sends a code to this account, in the background. */
  offer(account: Account): void
}

/** Counts one attempt for an account from a client. Throws `too_many_requests`. */
export type CountAttempt = (
  what: 'reset' | 'answer' | 'register' | 'address',
  account: string,
  address: string,
) => Promise<void>

export interface PasswordResetOptions {
  readonly system: SystemApi
  readonly snapshot: () => Snapshot
  readonly codes: CodeBook
  readonly sendCode: SendCode
  readonly questions: SecurityQuestions
  readonly leastPassword: LeastPassword
  readonly countAttempt: CountAttempt
  readonly background: Background
}

export function createPasswordReset(options: PasswordResetOptions): PasswordReset {
  const { system, snapshot, codes, sendCode, questions, countAttempt, background } = options

  /** The address that was given, or that of the name that was given; a name that nobody has stands for itself. */
  function emailOf({ email, username }: Given): string {
    const known = textOf(email)
    if (known !== undefined) return known
    const name = textOf(username)
    if (name === undefined) throw problem('email', 'Missing required email for password reset confirmation.')
    const users = [...snapshot().userById.values()]
    return users.find((user) => user.username.toLowerCase() === name)?.email ?? name
  }

  function accountOf(kind: AccountKind, email: string): Account | undefined {
    const user = snapshot().userByEmail.get(email)
    return user?.isActive && user.isAdmin === (kind === 'admin') ? user : undefined
  }

  /** Nothing goes to an address that nobody has confirmed yet: the way in is the invitation. */
  function confirmedAccountOf(kind: AccountKind, email: string): Account | undefined {
    const user = accountOf(kind, email)
    return user?.confirmExpiresDate === undefined ? user : undefined
  }

  function newPassword(given: Given, kind: AccountKind): string {
    const { new_password: password } = given
    if (!password) throw problem('new_password', 'Missing new password for reset.')
    if (typeof password !== 'string')
      throw problem('new_password', 'The new password for reset must be a string.')
    requireLength(password, options.leastPassword[kind])
    return password
  }

  /** Whoever has a code that was sent to the address has the address. */
  async function store(
    account: Account,
    password: string,
    { signal, ...proof }: { readonly signal: AbortSignal; readonly emailProof?: 'proven' },
  ): Promise<number> {
    const kind = account.isAdmin ? 'admin' : 'user'
    const input = { id: account.id, records: [{ password }], ...proof }
    await system.write('update', kind, input, asHouse(signal, account.id))
    return account.id
  }

  const offer: PasswordReset['offer'] = (account) => background.run(() => sendCode('password', account))

  return {
    offer,
    async request(kind, given, { address }) {
      const email = emailOf(given)
      await countAttempt('reset', email, address)
      const account = confirmedAccountOf(kind, email)
      const question = questions.ask(kind, email, account)
      // Not waited for: the time it takes would tell that there is an account.
      if (account && question === undefined) offer(account)
      return question
    },
    async byCode(kind, given, { address, signal }) {
      const email = emailOf(given)
      const { code } = given
      if (!given.new_password) throw problem('new_password', 'Missing new password for reset.')
      if (!isCode(code)) throw problem('code', 'Invalid confirmation code format.')
      // Before the code is used up.
      const password = newPassword(given, kind)
      await countAttempt('reset', email, address)
      const account = accountOf(kind, email)
      const isRight = await codes.redeem(account, code)
      if (!account || !isRight) throw unknownCode()
      return await store(account, password, { signal, emailProof: 'proven' })
    },
    async byAnswer(kind, given, { address, signal }) {
      const email = emailOf(given)
      const password = newPassword(given, kind)
      await countAttempt('answer', email, address)
      const account = confirmedAccountOf(kind, email)
      const isRight = await questions.isAnswered(account, given.security_answer)
      if (!account || !isRight) throw problem('security_answer', 'The answer supplied does not match.')
      return await store(account, password, { signal })
    },
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim().toLowerCase() : undefined
}

function problem(field: string, sentence: string): AppError {
  return new AppError('bad_request', sentence, { context: { [field]: [sentence] } })
}

export function unknownCode(): AppError {
  return new AppError(
    'not_found',
    'The supplied email and/or confirmation code were not found in the system.',
  )
}
