import type { ConfirmedTogether, WriteToConfirm } from '../../../core/confirmation.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import {
  consentCode,
  digestOf,
  type Extent,
  isOfScope,
  openCode,
  requireSame,
  unconfirmed,
  usedAlready,
} from '../consent/consent-code.ts'
import { stepsScope } from '../consent/consent-scope.ts'
import type { MadeRows } from './made-rows.ts'
import type { Step } from './step-input.ts'
import { affectedBy, questionAboutSteps, type StepWrite, stepsToConfirm } from './steps-preview.ts'

interface Request {
  readonly steps: readonly Step[]
  readonly dry_run?: boolean | undefined
  readonly confirmation?: string | undefined
}

/** The confirming of all steps of a request at once. Its transaction may begin again: what was confirmed for the same writes stays so. */
export interface StepsConsent {
  /** Begins the transaction, or begins it again. */
  begin(): void
  ofStep(step: number): ConfirmedTogether
  /** A step made rows: their keys, which may be others each time, stand for what they are. */
  made(rows: MadeRows): void
  writes(): readonly StepWrite[]
  /** A confirmation of all writes that need one; undefined when none does. */
  code(): string | undefined
  /** Throws `conflict` where a write is not confirmed: nothing may be kept then. */
  settle(): Promise<void>
}

export function stepsConsent(request: Request, context: OperationContext): StepsConsent {
  const { seal } = context
  const { dry_run: isDryRun = false, confirmation, steps } = request
  const brought = confirmation !== undefined || steps.some((step) => step.confirmation !== undefined)
  if (isDryRun && brought) throw new AppError('bad_request', 'Give either dry_run or confirmation, not both.')
  let taken: StepWrite[] = []
  let made = new Map<string, string>()
  let settled: string | undefined
  let known: string | undefined
  const scope = () => {
    known ??= stepsScope(steps, context)
    return known
  }
  return {
    begin() {
      taken = []
      made = new Map()
    },
    ofStep: (step) => ({
      isDryRun,
      take: (write) => void taken.push({ ...write, step, written: digestAsMade(write, made) }),
    }),
    made({ step, target, keys }) {
      for (const [index, key] of keys.entries()) made.set(placeOf(target, key), `made ${step} ${index}`)
    },
    writes: () => taken,
    code() {
      const needed = neededOf(taken)
      return needed.length === 0 ? undefined : consentCode(extentOf(needed), scope(), seal)
    },
    async settle() {
      const subject = JSON.stringify([
        scope(),
        taken.map(({ step, affected, written }) => [step, affected, written]),
      ])
      if (subject === settled) return
      await settleAll({ request, taken, scope, subject }, context)
      settled = subject
    },
  }
}

function digestAsMade(
  { target, keys }: WriteToConfirm,
  made: ReadonlyMap<string, string>,
): string | undefined {
  return keys && digestOf(keys.map((key) => made.get(placeOf(target, key)) ?? `there ${key}`))
}

function placeOf(target: string, key: string): string {
  return JSON.stringify([target, key])
}

/** Those that somebody has to confirm: what is written in one table counts together, so that steps do not go below what their sum is above. */
function neededOf(taken: readonly StepWrite[]): readonly StepWrite[] {
  const rows = new Map<string, number>()
  for (const { target, affected, over } of taken)
    if (over !== Number.POSITIVE_INFINITY) rows.set(target, (rows.get(target) ?? 0) + affected)
  return taken.filter(({ target, affected, over }) => affected > 0 && (rows.get(target) ?? 0) > over)
}

interface Settling {
  readonly request: Request
  readonly taken: readonly StepWrite[]
  scope(): string
  /** All that an answer holds for. */
  readonly subject: string
}

async function settleAll(settling: Settling, context: OperationContext): Promise<void> {
  const { request, taken, scope, subject } = settling
  const { steps } = request
  const { askPerson, seal, services, service } = context
  const needed = neededOf(taken)
  const { codes, confirmed } = codesIn(settling, needed, context)
  if (needed.length === 0 && codes.size === 0) return
  const asked = needed.length > 0 ? needed : taken
  const message = questionAboutSteps(asked, service.info.name, steps.length)
  const answer = askPerson ? await askPerson({ message, subject }) : 'unavailable'
  if (answer === 'no') throw unconfirmed('confirmation_refused', 'It was not confirmed.')
  if (answer === 'yes') return
  const missing = needed.filter((write) => !confirmed.has(write))
  if (missing.length > 0) throw stepsToConfirm(needed, steps, consentCode(extentOf(needed), scope(), seal))
  for (const code of codes) if (!(await services.spend(code))) throw usedAlready()
}

interface Codes {
  /** To be spent. */
  readonly codes: ReadonlySet<string>
  readonly confirmed: ReadonlySet<StepWrite>
}

/** The confirmations of a request, and the writes they hold for. Throws `conflict` for one that does not hold. */
function codesIn(
  { request, taken, scope }: Settling,
  needed: readonly StepWrite[],
  { seal }: OperationContext,
): Codes {
  const codes = new Set<string>()
  const confirmed = new Set<StepWrite>()
  const ofAll = (code: string) => {
    requireSame(openCode(code, scope(), seal), extentOf(needed))
    for (const write of needed) confirmed.add(write)
    codes.add(code)
  }
  if (request.confirmation !== undefined) ofAll(request.confirmation)
  for (const write of taken) {
    const { brought, digest } = write
    if (brought === undefined) continue
    if (isOfScope(brought, scope(), seal)) ofAll(brought)
    else {
      if (codes.has(brought)) throw usedAlready()
      const own = { count: write.affected, ...(digest !== undefined && { digest }) }
      requireSame(openCode(brought, write.scope, seal), own)
      confirmed.add(write)
      codes.add(brought)
    }
  }
  return { codes, confirmed }
}

/** Of all of them together. */
function extentOf(writes: readonly StepWrite[]): Extent {
  const each = writes.map(({ step, affected, written = '' }) => JSON.stringify([step, affected, written]))
  return { count: affectedBy(writes), digest: digestOf(each) }
}
