import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import type { EmailMessage } from '../../core/email/email.ts'
import type { LeastPassword } from '../secrets.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemApi } from '../system-api.ts'
import { type AccountApi, type AccountApiOptions, createAccountApi } from './account-api.ts'
import { createAddressChange } from './address-change.ts'
import { createBackground } from './background.ts'
import { createCodeBook } from './code-book.ts'
import { createCodeMail } from './code-mail.ts'
import { type CustomValues, createCustomValues } from './custom-values.ts'
import { withInvitations } from './invitations.ts'
import { type CountAttempt, createPasswordReset, type PasswordReset } from './password-reset.ts'
import { createRegistration, type Registration } from './registration.ts'
import { createSecurityQuestions } from './security-questions.ts'

/** What people do with accounts. */
export interface Accounts extends AccountApi {
  readonly register: Registration
  readonly reset: Omit<PasswordReset, 'offer'>
  readonly custom: CustomValues
  /** The records of the system, with invitations. */
  readonly system: SystemApi
  /** Resolves when no message is on its way any more. */
  settled(): Promise<void>
}

export interface AccountsOptions extends Omit<AccountApiOptions, 'addressChange'> {
  readonly system: SystemApi
  readonly snapshot: () => Snapshot
  /** For codes and custom values. */
  readonly database: DatabaseAdapter
  readonly digest: (text: string) => string
  readonly verify: (text: string, hash: string) => Promise<boolean>
  /** Of a text that nobody knows. */
  readonly hashOfNothing: () => Promise<string>
  /** By the service with this id, or the spool folder. */
  readonly send: (serviceId: number | undefined, message: EmailMessage) => Promise<void>
  readonly leastPassword: LeastPassword
  /** Throws `too_many_requests`. */
  readonly countAttempt: CountAttempt
  /** Of what no answer waits for. */
  readonly onError: (error: unknown) => void
}

export function openAccounts(options: AccountsOptions): Accounts {
  const { system, snapshot, database, countAttempt } = options
  const codes = createCodeBook(database, options)
  const sendCode = createCodeMail({ ...options, codes })
  const background = createBackground(options.onError)
  const questions = createSecurityQuestions(options)
  const reset = createPasswordReset({ ...options, codes, sendCode, questions, background })
  const addressChange = createAddressChange({
    ...options,
    codes,
    sendCode,
    background,
    countAttempt: (account, address) => countAttempt('address', account, address),
  })
  return {
    ...createAccountApi({ ...options, addressChange }),
    reset,
    register: createRegistration({
      system,
      snapshot,
      sendCode,
      reset,
      background,
      countAttempt: (account, address) => countAttempt('register', account, address),
    }),
    custom: createCustomValues(database),
    system: withInvitations(system, { snapshot, sendCode }),
    settled: background.settled,
  }
}
