import type { Caller } from '../../core/caller.ts'
import { AppError } from '../../core/errors.ts'
import { UNRESTRICTED } from '../../core/policy.ts'
import type { Asked, SystemApi } from '../system-api.ts'
import type { AddressChange } from './address-change.ts'

/** Somebody with an account, as far as is needed here. */
interface Person {
  readonly id: number
  readonly email: string
  readonly isAdmin: boolean
}

type Given = Readonly<Record<string, unknown>>

/** What people do with their own account (dreamfactory-rest §2.7, §2.8). Errors have the recorded messages. */
export interface AccountApi {
  profile(person: Person, signal: AbortSignal): Promise<object>
  /**
   * Throws `bad_request`; with another e-mail address, another security question or an answer `current_password` must be right.
   * Another address may have to be proven by a `code` first.
   */
  changeProfile(person: Person, given: Given, from: From): Promise<ChangedProfile>
  /** Throws `bad_request`. All sessions end. */
  changePassword(person: Person, given: Given, from: From): Promise<void>
}

interface ChangedProfile {
  /** Sessions ended. */
  readonly isOver: boolean
  /** A code was sent to the new address; the old one stays until it comes. */
  readonly isCodeAsked: boolean
}

interface From {
  /** Of the client. */
  readonly address: string
  readonly signal: AbortSignal
}

export interface AccountApiOptions {
  readonly system: SystemApi
  readonly addressChange: AddressChange
  /** Counts wrong ones. Throws `too_many_requests`. */
  readonly checkPassword: (attempt: {
    readonly email: string
    readonly password: string
    readonly address: string
  }) => Promise<{ readonly id: number } | undefined>
}

const READ = [
  'username',
  'first_name',
  'last_name',
  'name',
  'email',
  'phone',
  'security_question',
  'default_app_id',
  'oauth_provider',
]
/** What people may change of it, and what that may take. */
export const PROFILE_FIELDS = [...READ.slice(0, 8), 'security_answer', 'current_password', 'code']

export function createAccountApi({ system, addressChange, checkPassword }: AccountApiOptions): AccountApi {
  const update = (
    person: Person,
    record: Given,
    signal: AbortSignal,
    emailProof: 'stated' | 'proven' = 'stated',
  ) => {
    const input = { id: person.id, records: [record], emailProof }
    return system.write('update', kindOf(person), input, asHouse(signal, person.id))
  }

  async function requirePassword(
    person: Person,
    field: string,
    password: unknown,
    { address }: From,
  ): Promise<void> {
    if (typeof password !== 'string') throw problem(field, `The ${field} field must be a string.`)
    const attempt = { email: person.email, password, address }
    if ((await checkPassword(attempt))?.id !== person.id)
      throw problem(field, 'The password supplied does not match.')
  }

  /** Whether the question changes, or the answer is given, which nobody can compare. */
  async function isAskedAnew(person: Person, given: Given, signal: AbortSignal): Promise<boolean> {
    const { security_question: question, security_answer: answer } = given
    if (question === undefined) return answer !== undefined
    const asked = asHouse(signal, person.id)
    const stored = await system.get(
      kindOf(person),
      String(person.id),
      { fields: ['security_question'] },
      asked,
    )
    return answer !== undefined || question !== stored.security_question
  }

  return {
    async profile(person, signal) {
      const asked = asHouse(signal, person.id)
      const row = await system.get(kindOf(person), String(person.id), { fields: READ }, asked)
      const { confirmed: _, expired: __, ...profile } = row
      return { ...profile, oauth_provider: profile.oauth_provider ?? '', adldap: '' }
    },
    async changeProfile(person, given, from) {
      const names = Object.keys(given)
      if (names.length === 0) throw new AppError('bad_request', 'No data supplied for operation.')
      const { current_password: password, code, ...record } = given
      const email = typeof given.email === 'string' ? given.email.trim().toLowerCase() : person.email
      const isMoved = email !== person.email
      // A new password may follow from an answer: what an answer can do takes as much as the password itself.
      const isAsked = await isAskedAnew(person, given, from.signal)
      const what = isMoved && code === undefined ? 'email' : isAsked ? 'security question' : undefined
      if (what && !password) throw problem('current_password', `Current Password required to change ${what}`)
      if (what) await requirePassword(person, 'current_password', password, from)
      if (code !== undefined) {
        await addressChange.redeem(person, email, code, from)
        await update(person, { ...record, email }, from.signal, 'proven')
        return { isOver: isMoved, isCodeAsked: false }
      }
      if (!isMoved || !addressChange.isCodeAsked(person)) {
        await update(person, record, from.signal)
        return { isOver: isMoved, isCodeAsked: false }
      }
      await addressChange.require(person, email, from)
      const { email: _, ...others } = record
      if (Object.keys(others).length > 0) await update(person, others, from.signal)
      addressChange.offer(person, email)
      return { isOver: false, isCodeAsked: true }
    },
    async changePassword(person, { old_password: old, new_password: fresh }, from) {
      if (!old || !fresh)
        throw problem(
          old ? 'new_password' : 'old_password',
          'Both old and new password are required to change the password.',
        )
      await requirePassword(person, 'old_password', old, from)
      await update(person, { password: fresh }, from.signal)
    },
  }
}

function problem(field: string, sentence: string): AppError {
  return new AppError('bad_request', sentence, { context: { [field]: [sentence] } })
}

function kindOf({ isAdmin }: Person): 'admin' | 'user' {
  return isAdmin ? 'admin' : 'user'
}

/** People may do with their own account what their role says nothing of. */
export function asHouse(signal: AbortSignal, userId?: number): Asked {
  const caller: Caller = {
    kind: 'local',
    label: 'accounts',
    policy: UNRESTRICTED,
    lookups: new Map(),
    ...(userId !== undefined && { userId }),
  }
  return { caller, signal }
}
