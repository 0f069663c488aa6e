import type { EmailMessage } from '../../core/email/email.ts'
import { AppError } from '../../core/errors.ts'
import { fillTemplate } from '../email/fill-template.ts'
import { requireLength } from '../resources/user.ts'
import type { LeastPassword } from '../secrets.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemApi } from '../system-api.ts'
import { asHouse } from './account-api.ts'
import { CODE_HOURS, type CodeBook, isCode } from './code-book.ts'
import { userSettings } from './user-settings.ts'

type Given = Readonly<Record<string, unknown>>
type Kind = 'user' | 'admin'

interface From {
  /** Of the client. */
  readonly address: string
  readonly signal: AbortSignal
}

/** A new password for who lost theirs (dreamfactory-rest §2.7). No answer, and no time it takes, tells whether there is an account. */
export interface PasswordReset {
  /** Sends a code by e-mail where there is such an active account. Throws `bad_request`, `too_many_requests`. */
  request(kind: Kind, given: Given, from: From): void
  /** The account's id. Throws `bad_request`, `not_found` for a wrong, used or expired code, `too_many_requests`. */
  byCode(kind: Kind, given: Given, from: From): Promise<number>
  /** Resolves when no message is on its way any more. */
  settled(): Promise<void>
}

export interface PasswordResetOptions {
  readonly system: SystemApi
  readonly snapshot: () => Snapshot
  readonly codes: CodeBook
  readonly leastPassword: LeastPassword
  /** By the service with this id, or the spool folder. */
  readonly send: (serviceId: number | undefined, message: EmailMessage) => Promise<void>
  /** Counts one attempt for an account from a client. Throws `too_many_requests`. */
  readonly countAttempt: (account: string, address: string) => void
  readonly onError: (error: unknown) => void
}

const TEMPLATE = 'Password Reset Default'

export function createPasswordReset(options: PasswordResetOptions): PasswordReset {
  const { system, snapshot, codes, countAttempt, onError } = options
  const underway = new Set<Promise<void>>()

  function accountOf(kind: Kind, email: string) {
    const user = snapshot().userByEmail.get(email)
    return user?.isActive && user.isAdmin === (kind === 'admin') ? user : undefined
  }

  async function deliver(user: NonNullable<ReturnType<typeof accountOf>>): Promise<void> {
    const settings = userSettings(snapshot())
    const { passwordEmailTemplateId: id = TEMPLATE, passwordEmailServiceId } = settings
    const template = await system.get('email_template', String(id), {}, asHouse(AbortSignal.timeout(30_000)))
    const code = await codes.issue(user.id)
    const link = linkTo(settings.confirmResetUrl, code, user.email)
    const values = new Map([
      ...snapshot().lookups.ofSystem,
      ['first_name', user.firstName ?? user.name],
      ['last_name', user.lastName ?? ''],
      ['name', user.name],
      ['email', user.email],
      ['confirm_code', code],
      ['code_hours', String(CODE_HOURS)],
      ['link', link],
      ['instance_name', 'Sluice'],
    ])
    await options.send(passwordEmailServiceId, fillTemplate(template, user.email, values))
  }

  return {
    request(kind, given, { address }) {
      const email = emailOf(given)
      countAttempt(email, address)
      const user = accountOf(kind, email)
      if (!user) return
      // Not waited for: the time it takes would tell that there is an account.
      const delivery = deliver(user)
        .catch(onError)
        .finally(() => underway.delete(delivery))
      underway.add(delivery)
    },
    async byCode(kind, given, { address, signal }) {
      const { code, new_password: password } = given
      const email = emailOf(given)
      if (!password) throw new AppError('bad_request', 'Missing new password for reset.')
      if (!isCode(code)) throw new AppError('bad_request', 'Invalid confirmation code format.')
      // Before the code is used up.
      requireLength(String(password), options.leastPassword[kind])
      countAttempt(email, address)
      const user = accountOf(kind, email)
      if (!user || !(await codes.redeem(user.id, code))) throw unknownCode()
      await system.write('update', kind, { id: user.id, records: [{ password }] }, asHouse(signal, user.id))
      return user.id
    },
    async settled() {
      await Promise.all(underway)
    },
  }
}

function emailOf({ email }: Given): string {
  if (typeof email === 'string' && email.trim() !== '') return email.trim().toLowerCase()
  throw new AppError('bad_request', 'Missing required email for password reset confirmation.')
}

function unknownCode(): AppError {
  return new AppError(
    'not_found',
    'The supplied email and/or confirmation code were not found in the system.',
  )
}

/** Empty where no page is configured: the code alone will do. */
function linkTo(page: string | undefined, code: string, email: string): string {
  if (page === undefined) return ''
  const url = new URL(page)
  url.searchParams.set('code', code)
  url.searchParams.set('email', email)
  return url.href
}
