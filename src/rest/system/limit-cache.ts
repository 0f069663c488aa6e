import type { LimitUsage } from '../../access/limits/request-limits.ts'
import { AppError } from '../../core/errors.ts'
import { flag, idsOf } from '../options.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { itemsAnswer } from './items.ts'
import type { SystemHandler } from './system-handler.ts'

/** `system/limit_cache`: how much of each limit is used up, and letting it start over (dreamfactory-rest §9.1). */
export const limitCache: SystemHandler = async (request, { deps }) => {
  const { verb, path } = request
  const [, identifier, ...rest] = path
  if (rest.length > 0 || (verb !== 'GET' && verb !== 'DELETE')) throw unsupportedVerb(request)
  const ids = (identifier === undefined ? idsOf(request) : [identifier])?.map(idIn)
  if (verb === 'DELETE') {
    if (!ids && !flag(request, 'force')) throw nothingNamed()
    await deps.resetLimits(ids ?? 'all')
    return '{"success":true}'
  }
  const entries = (await deps.limits.usage()).map(entryOf)
  if (identifier === undefined) return itemsAnswer(request, entries, LISTED)
  const [id = 0] = ids ?? []
  return JSON.stringify(entries.find((entry) => entry.id === id) ?? missing(id))
}

const LISTED = { key: 'id', fields: ['id', 'name', 'max', 'attempts', 'remaining', 'key', 'counters'] }

/** Where a limit has several counters, `attempts` is what the fullest holds. */
export function entryOf({ id, name, rate, counters }: LimitUsage) {
  const attempts = Math.max(0, ...counters.map(({ count }) => count))
  const entry = { id, name, max: rate, attempts, remaining: rate - attempts }
  const [first] = counters
  return {
    ...entry,
    key: first?.key ?? null,
    counters: counters.map(({ key, count, leftMs }) => ({
      key,
      attempts: count,
      remaining: rate - count,
      seconds_left: Math.ceil(leftMs / 1000),
    })),
  }
}

function idIn(id: unknown): number {
  if (/^\d{1,15}$/.test(String(id))) return Number(id)
  throw new AppError('bad_request', 'The id of a limit is a number.')
}

function missing(id: number): never {
  throw new AppError('not_found', `Record with identifier '${id}' not found.`)
}

function nothingNamed(): AppError {
  return new AppError('bad_request', 'No filter or records given for delete request.', {
    hint: "Name limits by 'ids', or send force=true for all.",
  })
}
