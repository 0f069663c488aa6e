import { AppError } from '../../core/errors.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemApi } from '../system-api.ts'
import { registrationSettings } from './account-settings.ts'
import type { Background } from './background.ts'
import { type CodeBook, isCode } from './code-book.ts'
import type { SendCode } from './code-mail.ts'
import { unknownCode } from './password-reset.ts'

interface From {
  /** Of the client. */
  readonly address: string
}

interface Owner {
  readonly id: number
  readonly email: string
  readonly isAdmin: boolean
}

/** Another address for an account. It is proven by a code that was sent to it; the code works for this address alone. */
export interface AddressChange {
  /** Whether the old address stays until the new one is proven: where people who register have to prove theirs. */
  isCodeAsked(owner: Owner): boolean
  /** Throws `bad_request` for what is no address, `too_many_requests`. */
  require(owner: Owner, email: string, from: From): Promise<void>
  /** Sends a code to an address that nobody has, in the background: no answer tells who has one. */
  offer(owner: Owner, email: string): void
  /** Throws `bad_request`, `not_found` for a wrong, used or expired code, `too_many_requests`. */
  redeem(owner: Owner, email: string, code: unknown, from: From): Promise<void>
}

export interface AddressChangeOptions {
  readonly system: SystemApi
  readonly snapshot: () => Snapshot
  readonly codes: CodeBook
  readonly sendCode: SendCode
  readonly background: Background
  /** Throws `too_many_requests`. */
  readonly countAttempt: (account: string, address: string) => Promise<void>
}

export function createAddressChange(options: AddressChangeOptions): AddressChange {
  const { system, snapshot, codes, sendCode, background, countAttempt } = options
  return {
    isCodeAsked: ({ isAdmin }) => !isAdmin && registrationSettings(snapshot()).emailServiceId !== undefined,
    async require({ email: own }, email, { address }) {
      await system.check('user', { email })
      await countAttempt(own, address)
    },
    offer({ id }, email) {
      background.run(async () => {
        const account = snapshot().userById.get(id)
        if (account && !snapshot().userByEmail.has(email)) await sendCode('address', { ...account, email })
      })
    },
    async redeem({ id, email: own }, email, code, { address }) {
      if (!isCode(code))
        throw new AppError('bad_request', 'Invalid confirmation code format.', {
          context: { code: ['Invalid confirmation code format.'] },
        })
      await countAttempt(own, address)
      const account = snapshot().userById.get(id)
      const isRight = await codes.redeem(account && { ...account, email }, code)
      if (!isRight) throw unknownCode()
    },
  }
}
