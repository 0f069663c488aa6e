import type { z } from 'zod'
import type { Caller } from './caller.ts'
import type { AskPerson, ConfirmedTogether } from './confirmation.ts'
import type { Capability } from './database/capability.ts'
import type { Imports } from './imports.ts'
import type { Access, Verb } from './policy.ts'
import type { OnProgress } from './progress.ts'
import type { Seal } from './seal.ts'
import type { DatabaseService, ServiceKind, Services } from './service.ts'

/**
 * Counts one step of several as a request of its own against the limits of requests; undefined when none applies. Rejects with
 * `too_many_requests`.
 */
export type CountStep = (verb: Verb, resource: string) => Promise<void> | undefined

/** What `run` gets besides its input. */
export interface OperationContext {
  readonly caller: Caller
  readonly service: DatabaseService
  /** The decision for the operation's own resource and verb. */
  readonly access: Extract<Access, { allowed: true }>
  /** The verb that let the caller in. */
  readonly verb: Verb
  readonly signal: AbortSignal
  /** It is one step of several: the service's records are those of a transaction that others go on with. */
  readonly isInTransaction?: true
  /** It is rolled back whatever becomes of it: nobody has to confirm it. */
  readonly isRehearsal?: true
  /** Present in a transaction of several writes. */
  readonly together?: ConfirmedTogether | undefined
  /** Absent where nobody counts. */
  readonly countStep?: CountStep | undefined
  /** Absent where there is no person to ask: at doors for programs. */
  readonly askPerson?: AskPerson | undefined
  /** Absent where nobody wants to know. */
  readonly onProgress?: OnProgress | undefined
  /** Absent where rows are imported without an operation that waits for them. */
  readonly imports?: Imports | undefined
  /** For what the caller is to bring back. */
  readonly seal: Seal
  /** The other ones, for relations that lead there; what the caller may do in them is for the policy to say. */
  readonly services: Services
}

/** One thing that can be done to a service, whatever the door. */
export interface Operation<I = unknown, O = unknown> {
  readonly name: string
  readonly kind: ServiceKind
  readonly verb: Verb
  /** Lets in those who lack `verb`, to whatever less the operation does for it. */
  readonly lesserVerb?: Verb
  readonly needs: readonly Capability[]
  /** Strict: an unknown key is an error. */
  readonly input: z.ZodType<I>
  /** What roles name: `_table/orders`. */
  resource(input: I): string
  /**
   * Operations over many resources (listings, the data model) set this: they are let in when the policy reaches the
   * service at all, and show only what it allows.
   */
  readonly filtersItself?: boolean
  /** It counts its steps against the limits of requests, and is none itself. */
  readonly countsItself?: boolean
  run(input: I, context: OperationContext): Promise<O>
}

export function defineOperation<I, O>(operation: Operation<I, O>): Operation<I, O> {
  return operation
}
