import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import type { RuleLimits } from '../../core/rule-limits.ts'

/** Most rows of one read: what the service gives at a time, and what the rules of the caller allow. */
export function mostRows({ service, access }: Pick<OperationContext, 'service' | 'access'>): number {
  return Math.min(service.settings.maxRecords, access.limits?.maxRows ?? Number.POSITIVE_INFINITY)
}

/** Throws `forbidden` for more rows than a role may read in one request. */
export function requireReadable(limits: RuleLimits | undefined, table: string, count: number): void {
  const most = limits?.maxRows
  if (most === undefined || count <= most) return
  throw new AppError('forbidden', `Your role may read at most ${most} rows of '${table}' in one request.`, {
    hint: 'Read fewer rows: narrow the filter, give a limit, or read in parts.',
    context: { reason: 'too_many_rows', max_rows: most },
  })
}
