import { z } from 'zod'
import type { ConfirmedTogether, PersonsAnswer } from '../../../core/confirmation.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { RuleLimits } from '../../../core/rule-limits.ts'
import { requireWithinLimit } from '../limited-writes.ts'
import { consentCode, type Extent, openCode, requireSame, unconfirmed, usedAlready } from './consent-code.ts'
import { consentScope } from './consent-scope.ts'
import { confirmationRequired, type Preview, questionAbout, type Sample } from './preview.ts'

/** What a write may bring besides what it writes. */
export const consentInput = {
  /** Say what would be written, and write nothing. */
  dry_run: z.boolean().optional(),
  /** The code of a dry run, or of an answer that asked for it. */
  confirmation: z.string().min(1).max(2_000).optional(),
  /** A model calls: what it selects by a filter is confirmed unless its role says otherwise, and nothing is cleared as a whole. */
  by_agent: z.literal(true).optional(),
}

interface ConsentRequest {
  readonly dry_run?: boolean | undefined
  readonly confirmation?: string | undefined
  readonly by_agent?: true | undefined
}

export interface Write {
  readonly operation: string
  /** What it writes to: a table, or the routine that is called. */
  readonly target: string
  readonly request: ConsentRequest
  /** It says which rows by a filter, so it does not know them. */
  readonly byFilter?: boolean
  /** Most rows without a confirmation, as rules for other tables have it that are written along. */
  readonly nestedOver?: number
}

/** Whether a write may go on. */
export interface Consent {
  readonly isDryRun: boolean
  /** What is written has to be known before: it is limited, or may have to be confirmed. */
  readonly looks: boolean
  /**
   * Undefined: it may go on. Else what a dry run answers. Throws `conflict` for a write that has to be confirmed and is not, with
   * what it would do; `forbidden` for more rows than the role may write. `what`: `changes 3 rows`.
   */
  weigh(extent: Extent, what: string, sample: () => Promise<Sample>): Promise<Preview | undefined>
}

/**
 * Takes the wishes of a request and its role. A person who can be asked is asked, where not their client brings the confirmation
 * back. Throws `conflict` for a confirmation that does not hold.
 */
export function openConsent(write: Write, context: OperationContext): Consent {
  const { request, target, nestedOver = Number.POSITIVE_INFINITY } = write
  const { dry_run: isDryRun = false, confirmation: code } = request
  if (isDryRun && code !== undefined)
    throw new AppError('bad_request', 'Give either dry_run or confirmation, not both.')
  const { access, seal, askPerson, services, together } = context
  if (context.isRehearsal) return onlyLimited(access.limits, target)
  const over = Math.min(access.confirmOver ?? usualOver(write), nestedOver)
  if (together) return amongOthers({ write, over, together }, context)
  // Of many records it is long, and most writes are never confirmed.
  let known: string | undefined
  const scope = () => {
    known ??= consentScope(write, context)
    return known
  }
  const confirmed = code === undefined ? undefined : openCode(code, scope(), seal)
  let isSettled = false

  const answerTo = async (extent: Extent, preview: Preview, what: string): Promise<PersonsAnswer> => {
    if (!askPerson) return 'unavailable'
    const message = questionAbout({ service: context.service.info.name, target, what }, preview)
    return askPerson({ message, subject: JSON.stringify([scope(), { ...extent, keys: undefined }]) })
  }
  const settle = async (extent: Extent, preview: Preview, what: string): Promise<void> => {
    const answer = await answerTo(extent, preview, what)
    if (answer === 'no') throw unconfirmed('confirmation_refused', 'It was not confirmed.')
    if (answer === 'yes') return
    if (code === undefined) throw confirmationRequired(what, preview)
    if (!(await services.spend(code))) throw usedAlready()
  }
  return {
    isDryRun,
    looks:
      isDryRun ||
      confirmed !== undefined ||
      over !== Number.POSITIVE_INFINITY ||
      access.limits?.maxAffectedRows !== undefined,
    async weigh(extent, what, sample) {
      requireWithinLimit(access.limits, target, extent.count)
      if (confirmed) requireSame(confirmed, extent)
      const isNeeded = extent.count > over
      // A transaction that begins again does not ask again.
      if (!isDryRun && (isSettled || (!isNeeded && !confirmed))) return undefined
      const confirmation = isNeeded ? consentCode(extent, scope(), seal) : undefined
      const preview = {
        affected: extent.count,
        ...(await sample()),
        ...(confirmation !== undefined && { confirmation }),
      }
      if (isDryRun) return preview
      await settle(extent, preview, what)
      isSettled = true
      return undefined
    },
  }
}

interface AmongOthers {
  readonly write: Write
  readonly over: number
  readonly together: ConfirmedTogether
}

/** Of a write that is made before it is known whether all of them are confirmed. */
function amongOthers({ write, over, together }: AmongOthers, context: OperationContext): Consent {
  const { target, request } = write
  const { limits } = context.access
  const { confirmation: brought } = request
  const isTold = together.isDryRun || brought !== undefined || over !== Number.POSITIVE_INFINITY
  return {
    isDryRun: false,
    looks: isTold || limits?.maxAffectedRows !== undefined,
    async weigh({ count: affected, digest, keys }, what, sample) {
      requireWithinLimit(limits, target, affected)
      if (!isTold) return undefined
      const rows = { ...(digest !== undefined && { digest }), ...(keys && { keys: keys() }) }
      const scope = consentScope(write, context)
      together.take({ target, what, affected, ...rows, sample: await sample(), over, brought, scope })
      return undefined
    },
  }
}

/** Of a write that is rolled back. */
function onlyLimited(limits: RuleLimits | undefined, target: string): Consent {
  return {
    isDryRun: false,
    looks: limits?.maxAffectedRows !== undefined,
    async weigh({ count }) {
      requireWithinLimit(limits, target, count)
      return undefined
    },
  }
}

/** By a filter nobody knows which rows they are: then a model asks first. */
function usualOver({ request, byFilter }: Write): number {
  return request.by_agent && byFilter ? 0 : Number.POSITIVE_INFINITY
}
