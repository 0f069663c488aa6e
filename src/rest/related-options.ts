import { splitList } from './options.ts'
import { type Query, queryText } from './query.ts'

const SUB_OPTION = /^(.+)[._](fields|filter|limit|order)$/

/** Sub-options of relations: `{relation}.fields=id` or `{relation}_fields=id`, for the relations asked for. */
export function relatedOptions(
  query: Query,
  related: readonly unknown[] | undefined,
): Readonly<Record<string, object>> | undefined {
  if (related === undefined || related.length === 0) return undefined
  const all = related.includes('*')
  const found: Record<string, Record<string, unknown>> = {}
  for (const key of Object.keys(query)) {
    const [, relation, name] = SUB_OPTION.exec(key) ?? []
    if (relation === undefined || name === undefined) continue
    // With `*` anything may be a relation: only names that look like one are taken for it.
    if (!related.includes(relation) && !(all && relation.includes('_by_'))) continue
    const value = subOption(name, queryText(query, key) ?? '')
    if (value !== undefined) found[relation] = { ...found[relation], [name]: value }
  }
  return Object.keys(found).length === 0 ? undefined : found
}

function subOption(name: string, value: string): unknown {
  if (value.trim() === '') return undefined
  if (name === 'fields') return splitList(value)
  if (name !== 'limit') return value
  const limit = Number.parseInt(value, 10)
  return limit >= 1 ? limit : undefined
}
