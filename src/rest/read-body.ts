import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { isObject, WRAPPER } from './body.ts'
import { namedTexts, OPTION_SPELLINGS, type OptionSource } from './options.ts'
import { isSubOption, relatedOptions } from './related-options.ts'

/** Credentials may stand in a body too (dreamfactory-rest §2.1). */
const BESIDE: ReadonlySet<string> = new Set([WRAPPER, 'api_key', 'session_token'])

/** Throws `bad_request` for a key in the body of a read that means nothing: all that stands there are options. */
export function requireOptionsOnly(source: OptionSource): void {
  const { body, verb } = source
  if (verb !== 'GET' || !isObject(body)) return
  const texts = namedTexts({ ...source, query: {} })
  for (const key of Object.keys(body)) {
    if (OPTION_SPELLINGS.has(key) || BESIDE.has(key)) continue
    if (!isSubOption(key)) throw unknownOption(key)
    if (texts[key] === undefined && body[key] !== null) throw notText(key)
  }
}

/** The relations that options in the body of a read are for. In a query, names like theirs may be somebody else's. */
export function relationsInBody({ body, verb }: OptionSource): readonly string[] {
  return Object.keys(relatedOptions(namedTexts({ query: {}, body, verb })) ?? {})
}

function unknownOption(key: string): AppError {
  const near = nearest(key, OPTION_SPELLINGS)
  const parameter = key.slice(0, 200)
  return new AppError('bad_request', `'${parameter}' is no option of a read.`, {
    hint: didYouMean(near) || 'The body of a read holds its options; others stand in the query.',
    context: { parameter },
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}

function notText(key: string): AppError {
  const parameter = key.slice(0, 200)
  return new AppError('bad_request', `'${parameter}' must be text, a number, or a list of names.`, {
    context: { parameter },
  })
}
