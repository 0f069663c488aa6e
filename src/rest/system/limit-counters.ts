import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { entryOf } from './limit-cache.ts'
import type { SystemContext } from './system-handler.ts'

/** A relation of limits to what `limit_cache` tells: to no table, so it is read along here. */
export const LIMIT_COUNTERS = 'limit_cache_by_limit_id'

interface Asked {
  readonly related?: readonly unknown[]
  readonly fields?: readonly unknown[]
}

interface Counters {
  /** What is left to ask for, with the id that tells whose counters to add. */
  readonly input: Asked
  add(rows: readonly Row[]): Promise<readonly Row[]>
}

/** Undefined where the relation is not asked for. Throws `forbidden` without the right to read `limit_cache`. */
export function limitCounters(
  resource: string,
  { related, fields }: Asked,
  { caller, deps }: SystemContext,
): Counters | undefined {
  if (resource !== 'limit' || !related?.includes(LIMIT_COUNTERS)) return undefined
  if (!caller.policy.decide('system', 'limit_cache', 'GET').allowed) throw refused()
  const others = related.filter((name) => name !== LIMIT_COUNTERS)
  const isIdAdded = fields !== undefined && !fields.some((field) => field === 'id' || field === '*')
  return {
    input: {
      ...(others.length > 0 && { related: others }),
      ...(fields && { fields: isIdAdded ? ['id', ...fields] : fields }),
    },
    async add(rows) {
      const entries = new Map((await deps.limits.usage()).map((usage) => [usage.id, entryOf(usage)]))
      return rows.map(({ id = null, ...row }) => {
        const { max, counters = [] } = entries.get(Number(id)) ?? {}
        const told = counters.map((counter) => ({ id, max: max ?? null, ...counter }))
        return { ...(!isIdAdded && { id }), ...row, [LIMIT_COUNTERS]: told }
      })
    },
  }
}

function refused(): AppError {
  return new AppError('forbidden', "Access Forbidden. Your role does not allow GET of 'limit_cache'.")
}
