import { EXTRA_TYPES, type ExtraType, SIMPLE_TYPES, type SimpleType } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import { didYouMean, nearest } from '../../../core/names.ts'

/** What a type word means (dreamfactory-rest §5.3). */
export interface GivenType {
  /** As it was written, in lower case. */
  readonly word: string
  readonly type: SimpleType
  readonly extraType?: ExtraType
}

/** Words that other words say as well. */
const SYNONYMS: Readonly<Record<string, SimpleType>> = {
  pk: 'id',
  mediumid: 'id',
  smallid: 'id',
  fk: 'reference',
  mediumint: 'integer',
  mediumtext: 'text',
  longtext: 'text',
  timeuuid: 'uuid',
}

/** Moments and users as their columns hold them. */
const BEHIND: Readonly<Record<ExtraType, SimpleType>> = {
  timestamp_on_create: 'timestamp',
  timestamp_on_update: 'timestamp',
  user_id: 'integer',
  user_id_on_create: 'integer',
  user_id_on_update: 'integer',
}

const WORDS = [...SIMPLE_TYPES, ...Object.keys(SYNONYMS), ...EXTRA_TYPES]

/** Throws `bad_request` for a word that is no type, whatever the database would make of it. */
export function givenType(field: string, given: string): GivenType {
  const word = given.trim().toLowerCase()
  const extraType = EXTRA_TYPES.find((known) => known === word)
  if (extraType) return { word, type: BEHIND[extraType], extraType }
  const type =
    SIMPLE_TYPES.find((known) => known === word) ??
    (Object.hasOwn(SYNONYMS, word) ? SYNONYMS[word] : undefined)
  if (type) return { word, type }
  throw new AppError('bad_request', `Field '${field}' has the unknown type '${given.slice(0, 64)}'.`, {
    hint: didYouMean(nearest(word, WORDS)) || `Types: ${WORDS.join(', ')}`,
    context: { field },
  })
}
