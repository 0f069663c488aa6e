import { timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import type { CredentialMaker } from '../secrets.ts'
import type { SystemStore } from '../store.ts'

/** The account that everything begins with, where it is made by whoever first opens a page of this server. */
export interface FirstAdministrator {
  isMissing(): boolean
  /** Printed at the start of a server without an administrator; the same on all its nodes. */
  readonly code: string
  /** In characters. */
  readonly leastPassword: number
  /**
   * Makes it, of `{email, password, name, setup_code}`, for a client at an address. Throws `bad_request`, `forbidden`,
   * `too_many_requests`, `conflict` when there is one.
   */
  create(given: Readonly<Record<string, unknown>>, address: string): Promise<void>
}

interface Options {
  readonly store: Pick<SystemStore, 'snapshot' | 'change'>
  readonly maker: Pick<CredentialMaker, 'hashPassword'>
  readonly leastPassword: number
  readonly code: string
  /** Of wrong codes. Throws `too_many_requests`. */
  readonly beginAttempt: (address: string) => Promise<{ keep(): Promise<void> }>
}

export const FIRST_ADMINISTRATOR_FIELDS = ['email', 'password', 'name', 'setup_code'] as const

export function createFirstAdministrator(options: Options): FirstAdministrator {
  const { store, maker, leastPassword, code } = options
  const isMissing = () => ![...store.snapshot().userById.values()].some(({ isAdmin }) => isAdmin)
  const shape = shapeOf(leastPassword)

  return {
    isMissing,
    code,
    leastPassword,
    async create(given, address) {
      if (!isMissing()) throw isThere()
      // Only wrong codes are counted: no stranger's attempts keep out who has the right one, and 80 bits are not guessed.
      if (!isSame(given.setup_code, code)) {
        const attempt = await options.beginAttempt(address)
        await attempt.keep()
        throw wrongCode()
      }
      const { email, password, name = 'Administrator' } = read(shape, given)
      // Before the transaction: it takes a while.
      const passwordHash = await maker.hashPassword(password)
      const isFirst = await store.change(async (writer) => {
        if ((await writer.hasAdministrator()) || (await writer.hasUser(email))) return false
        await writer.upsertUser({ email, name, isAdmin: true, isActive: true, passwordHash })
        return true
      })
      if (!isFirst) throw isThere()
    },
  }
}

function shapeOf(least: number) {
  return z.object({
    email: z
      .string('The email is required.')
      .trim()
      .toLowerCase()
      .pipe(z.email('The email must be an address, such as admin@example.com.').max(255)),
    password: z
      .string('The password is required.')
      .min(least, `The password must have at least ${least} characters.`)
      .max(1_000, 'The password must have at most 1000 characters.'),
    name: z
      .string('The name must be a text.')
      .trim()
      .min(1, 'The name must not be empty.')
      .max(128)
      .optional(),
  })
}

function read<T>(shape: z.ZodType<T>, given: unknown): T {
  const parsed = shape.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => [String(path[0]), message] as const)
  throw new AppError('bad_request', problems.map(([, message]) => message).join(' '), {
    context: Object.fromEntries(problems.map(([field, message]) => [field, [message]])),
  })
}

function isSame(given: unknown, code: string): boolean {
  const plain = (text: string) => Buffer.from(text.toLowerCase().replaceAll(/[^0-9a-f]/g, ''))
  if (typeof given !== 'string' || given.length > 100) return false
  const [left, right] = [plain(given), plain(code)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function isThere(): AppError {
  return new AppError('conflict', 'There is an administrator already.', {
    hint: 'Sign in. A lost password: sluice reset-password --email ADDRESS',
  })
}

function wrongCode(): AppError {
  const sentence = 'The setup code is not right.'
  return new AppError('forbidden', sentence, {
    context: { setup_code: [sentence], reason: 'wrong_setup_code' },
    hint: 'It stands in what the server printed when it started.',
  })
}
