import type { RoutineKind } from '../../../core/database/query.ts'
import type { OperationContext } from '../../../core/operation.ts'
import { openConsent } from './consent.ts'

interface Call {
  readonly kind: RoutineKind
  readonly name: string
  readonly request: { readonly confirmation?: string | undefined }
}

/** How much a routine writes is known to nobody: a rule that wants any writes confirmed wants each call confirmed. */
export async function requireCallConfirmed(
  { kind, name, request }: Call,
  context: OperationContext,
): Promise<void> {
  const { confirmOver = Number.POSITIVE_INFINITY } = context.access
  const isWanted = confirmOver !== Number.POSITIVE_INFINITY
  const access = isWanted ? ({ allowed: true, confirmOver: 0 } as const) : ({ allowed: true } as const)
  const consent = openConsent({ operation: `call_${kind}`, target: name, request }, { ...context, access })
  if (consent.looks) await consent.weigh({ count: 1 }, `calls the ${kind} '${name}'`, async () => ({}))
}
