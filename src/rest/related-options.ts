import { AppError } from '../core/errors.ts'
import { splitList } from './options.ts'
import { type Query, queryText } from './query.ts'

const SUB_OPTION = /^(.+)[._](fields|filter|limit|offset|order|group)$/

/**
 * Sub-options of relations: `{relation}.fields=id` or `{relation}_fields=id`. Which of these names are relations is for the
 * operation to say: any other name in an address may end like one. Throws `bad_request` for a number that is none.
 */
export function relatedOptions(query: Query): Readonly<Record<string, object>> | undefined {
  const found: Record<string, Record<string, unknown>> = {}
  for (const key in query) {
    const [, relation, name] = SUB_OPTION.exec(key) ?? []
    if (relation === undefined || name === undefined) continue
    const value = subOption(key, name, queryText(query, key) ?? '')
    if (value !== undefined) found[relation] = { ...found[relation], [name]: value }
  }
  return Object.keys(found).length === 0 ? undefined : found
}

function subOption(key: string, name: string, value: string): unknown {
  if (value.trim() === '') return undefined
  if (name === 'fields' || name === 'group') return splitList(value)
  if (name === 'filter' || name === 'order') return value
  const least = name === 'limit' ? 1 : 0
  const number = /^\d{1,15}$/.test(value.trim()) ? Number(value) : -1
  if (number >= least) return number
  throw new AppError('bad_request', `'${key}' must be a whole number of at least ${least}.`)
}
