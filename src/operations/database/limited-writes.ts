import type { DatabaseAdapter, Records, TransactionOptions } from '../../core/database/adapter.ts'
import { AppError } from '../../core/errors.ts'
import type { Verb } from '../../core/policy.ts'
import type { RuleLimits } from '../../core/rule-limits.ts'
import { adapterWith } from '../adapter-with.ts'

/** What a request may write in a table by a verb. */
type LimitsOf = (table: string, verb: Verb) => RuleLimits | undefined

/** Throws `forbidden` for more rows than a role may write in one request. */
export function requireWithinLimit(limits: RuleLimits | undefined, table: string, count: number): void {
  const most = limits?.maxAffectedRows
  if (most === undefined || count <= most) return
  throw new AppError('forbidden', `Your role may write at most ${most} rows of '${table}' in one request.`, {
    hint: 'Write fewer rows: narrow the filter, or write in parts.',
    context: { reason: 'too_many_rows', max_affected_rows: most },
  })
}

/** Rows of each table, by what was done with them. */
type Written = ReadonlyMap<string, ReadonlyMap<Verb, number>>

/** Whatever a request does with a table counts together; where a verb may do more than others, what they do counts for it, and not the other way round. */
function requireTogether(table: string, counts: ReadonlyMap<Verb, number>, limitsOf: LimitsOf): void {
  const mostOf = (verb: Verb) => limitsOf(table, verb)?.maxAffectedRows
  for (const verb of counts.keys()) {
    const most = mostOf(verb)
    if (most === undefined) continue
    const within = [...counts].filter(([other]) => (mostOf(other) ?? Infinity) <= most)
    requireWithinLimit(
      limitsOf(table, verb),
      table,
      within.reduce((sum, [, rows]) => sum + rows, 0),
    )
  }
}

/**
 * The adapter for one request, which writes no more rows of a table than the caller's rules for it let through, also in records
 * that are written along with others: what is beyond that ends the transaction. `updates` is the verb that changes stand for.
 */
export function limitedWrites(
  adapter: DatabaseAdapter,
  { updates, limitsOf }: { readonly updates: Verb; readonly limitsOf: LimitsOf },
): DatabaseAdapter {
  let written: Written = new Map()

  const count = (table: string, verb: Verb, rows: number) => {
    const before = written.get(table) ?? new Map<Verb, number>()
    const counts = new Map([...before, [verb, (before.get(verb) ?? 0) + rows]])
    requireTogether(table, counts, limitsOf)
    written = new Map([...written, [table, counts]])
  }
  const counted = (records: Records): Records => ({
    select: (query, options) => records.select(query, options),
    async insert(query, options) {
      count(query.table.name, 'POST', query.rows.length)
      return records.insert(query, options)
    },
    async update(query, options) {
      const result = await records.update(query, options)
      count(query.table.name, updates, result.affected)
      return result
    },
    async delete(query, options) {
      const result = await records.delete(query, options)
      count(query.table.name, 'DELETE', result.affected)
      return result
    },
  })
  /** What a transaction did that is rolled back, or begins again, does not count. */
  const transaction = async <T>(work: (records: Records) => Promise<T>, options: TransactionOptions) => {
    const before = written
    try {
      return await adapter.transaction((records) => {
        written = before
        return work(counted(records))
      }, options)
    } catch (error) {
      written = before
      throw error
    }
  }
  const { stream } = adapter
  return adapterWith(adapter, {
    select: (query, options) => adapter.select(query, options),
    insert: (query, options) => transaction((records) => records.insert(query, options), options),
    update: (query, options) => transaction((records) => records.update(query, options), options),
    delete: (query, options) => transaction((records) => records.delete(query, options), options),
    transaction,
    ...(stream && { stream: stream.bind(adapter) }),
  })
}
