import { AppError } from '../core/errors.ts'
import { plainText } from '../core/plain-text.ts'
import { onlyOne, splitList } from './option-spellings.ts'
import { type Query, queryText } from './query.ts'

const NAMES = ['fields', 'filter', 'limit', 'offset', 'order', 'group']
const LISTS: ReadonlySet<string> = new Set(['fields', 'group'])
const SUB_OPTION = new RegExp(`^(.+)[._](${NAMES.join('|')})$`)
/** As relations are called: any other name with a dot in it may be somebody else's. */
const RELATION_DOT = /^[^.]*_by_.*\./

/**
 * Sub-options of relations: `{relation}.fields=id` or `{relation}_fields=id`. Which of these names are relations is for the
 * operation to say: any other name in an address may end like one. `related` are those that are asked for. Throws `bad_request` for
 * a number that is none, for an option of a relation that there is not, and for one that is given twice, with different values.
 */
export function relatedOptions(
  query: Query,
  related: readonly string[] = [],
): Readonly<Record<string, object>> | undefined {
  const found: Record<string, Record<string, unknown>> = {}
  for (const key in query) {
    const [, relation, name] = SUB_OPTION.exec(key) ?? []
    if (relation === undefined || name === undefined) {
      if (isOfRelation(key, related)) throw unknownOption(key)
      continue
    }
    const value = subOption(key, name, givenText(query, relation, name))
    if (value !== undefined) found[relation] = { ...found[relation], [name]: value }
  }
  return Object.keys(found).length === 0 ? undefined : found
}

/** Whether a name is that of an option of some relation. */
export function isSubOption(key: string): boolean {
  return SUB_OPTION.test(key) || RELATION_DOT.test(key.toLowerCase())
}

/** By either of its names. Lists are joined; a number that is repeated by one name counts as it comes last. */
function givenText(query: Query, relation: string, name: string): string {
  const isList = LISTS.has(name)
  const texts = ['.', '_'].flatMap((sign) => {
    const key = `${relation}${sign}${name}`
    return (isList || name === 'filter' ? query[key] : queryText(query, key)) ?? []
  })
  return isList ? texts.join(',') : plainText(onlyOne(`${relation}.${name}`, texts))
}

function subOption(key: string, name: string, value: string): unknown {
  if (value.trim() === '') return undefined
  if (LISTS.has(name)) return splitList(value)
  if (name === 'filter' || name === 'order') return value
  const least = name === 'limit' ? 1 : 0
  const number = /^\d{1,15}$/.test(value.trim()) ? Number(value) : -1
  if (number >= least) return number
  throw new AppError('bad_request', `'${key}' must be a whole number of at least ${least}.`)
}

/** A name of the original's form may have an underscore behind it; an alias may begin any other name. */
function isOfRelation(key: string, related: readonly string[]): boolean {
  const name = key.toLowerCase()
  return (
    RELATION_DOT.test(name) ||
    related.some((relation) => {
      const own = relation.trim().toLowerCase()
      return (
        own !== '' && (name.startsWith(`${own}.`) || (own.includes('_by_') && name.startsWith(`${own}_`)))
      )
    })
  )
}

function unknownOption(key: string): AppError {
  return new AppError('bad_request', `'${key.slice(0, 200)}' is no option of a relation.`, {
    hint: `A relation takes ${NAMES.join(', ')}.`,
  })
}
