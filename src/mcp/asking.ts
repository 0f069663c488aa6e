import { createHash, randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Caller } from '../core/caller.ts'
import type { AskPerson, PersonsAnswer } from '../core/confirmation.ts'
import { AppError } from '../core/errors.ts'
import type { Seal } from '../core/seal.ts'
import { principalOf } from './principal.ts'

/** A question that a client is to put to its person, who answers with the next call. */
export interface OpenQuestion {
  readonly message: string
  /** For the client to bring back, unread and unchanged. */
  readonly state: string
}

/** The asking of one call. */
export interface Asking {
  readonly ask: AskPerson
  /** What was asked and not answered yet: the call is to be made again with the answer. */
  open(): OpenQuestion | undefined
}

export interface AskingDeps {
  readonly seal: Seal
  /** True for the first one who uses this id, on all nodes. */
  useOnce(id: string): Promise<boolean>
}

/** Whether a question is open to a client that waits for its call on one connection. */
export interface QuestionState {
  isOpen: boolean
}

/** What answers hold for: nobody else, no other tool, no other arguments. */
export interface AskedCall {
  readonly service: string
  readonly caller: Caller
  readonly tool: string
  readonly args: Readonly<Record<string, unknown>>
}

export interface Brought {
  /** As it was given out with a question before. */
  readonly state?: string | undefined
  /** Undefined: the person has not answered. */
  readonly answer?: 'yes' | 'no' | undefined
}

/** How long a person may take, in milliseconds. */
export const HOLDS_MS = 10 * 60_000

const ASKED = z.object({ id: z.string(), until: z.number(), subject: z.string() })

/** Throws `bad_request` when the state was changed, is too old, or was given to someone else or for something else. */
export function createAsking(deps: AskingDeps, call: AskedCall, { state, answer }: Brought): Asking {
  const scope = scopeOf(call)
  const before = state === undefined ? undefined : opened(deps.seal.open(state, scope))
  let open: OpenQuestion | undefined
  return {
    open: () => open,
    async ask({ message, subject }) {
      const digest = digestOf(subject)
      if (before?.subject === digest && answer !== undefined) return await taken(deps, before.id, answer)
      const asked = { id: randomUUID(), until: Date.now() + HOLDS_MS, subject: digest }
      open = { message, state: deps.seal.seal(JSON.stringify(asked), scope) }
      throw new AppError('conflict', 'A person has to confirm this first.')
    },
  }
}

/** For clients that cannot ask anybody. */
export const NOBODY_TO_ASK: Asking = { ask: async () => 'unavailable', open: () => undefined }

/** A yes counts once. */
async function taken({ useOnce }: AskingDeps, id: string, answer: 'yes' | 'no'): Promise<PersonsAnswer> {
  return answer === 'yes' && !(await useOnce(id)) ? 'no' : answer
}

function opened(text: string | undefined) {
  const asked = text === undefined ? undefined : ASKED.parse(JSON.parse(text))
  if (!asked || asked.until < Date.now())
    throw new AppError('bad_request', 'Invalid or expired requestState.', {
      hint: 'Make the call again without it.',
    })
  return asked
}

function scopeOf({ service, caller, tool, args }: AskedCall): string {
  const who = [principalOf(caller), caller.policy.key]
  return JSON.stringify(['mcp question', service, who, tool, digestOf(sorted(args))])
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** JSON whose members are in order: clients may send them in any. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
