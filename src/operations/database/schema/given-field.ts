import type { ColumnDefault } from '../../../core/database/schema.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { type GivenObject, givenObject, present, requireSameName } from './given-object.ts'
import { type GivenType, givenType } from './given-type.ts'
import { type GivenWords, givenWords } from './given-words.ts'

/** A field as a request describes it (dreamfactory-rest §5.2). Absent: not said. */
export interface GivenField {
  readonly name: string
  readonly type?: GivenType
  /** The engine's own words, in place of a type. */
  readonly dbType?: string
  /** The same beside a type: as answers have it, or meant. */
  readonly besideType?: string
  readonly length?: number
  readonly precision?: number
  readonly scale?: number
  /** Null: none. */
  readonly default?: ColumnDefault | null
  readonly allowNull?: boolean
  readonly isPrimaryKey?: boolean
  readonly isUnique?: boolean
  readonly isIndex?: boolean
  readonly isForeignKey?: boolean
  readonly reference?: {
    readonly table: string
    readonly field?: string
    readonly onUpdate: string
    readonly onDelete: string
  }
  readonly isVirtual?: boolean
  readonly isAggregate?: boolean
  readonly words: GivenWords
}

const KEYS: ReadonlySet<string> = new Set([
  ...[
    'name',
    'alias',
    'label',
    'description',
    'type',
    'db_type',
    'length',
    'size',
    'precision',
    'scale',
    'default',
  ],
  ...[
    'required',
    'allow_null',
    'auto_increment',
    'is_primary_key',
    'is_unique',
    'is_index',
    'is_foreign_key',
  ],
  ...['ref_table', 'ref_field', 'ref_on_update', 'ref_on_delete', 'picklist', 'validation', 'db_function'],
  ...['is_virtual', 'is_aggregate', 'client_info', 'extra_type'],
  // Of answers, which may be sent back as they came.
  ...['native', 'fixed_length', 'supports_multibyte', 'ref_service_id', 'types'],
])

/** Throws `bad_request`. `name` is the one of the address. */
export function givenField(json: Json, name?: string): GivenField {
  const given = givenObject(json, name === undefined ? 'field' : `field '${name}'`, KEYS)
  const own = name ?? given.text('name')
  requireSameName(given, name)
  for (const key of ['auto_increment', 'fixed_length', 'supports_multibyte']) given.flag(key)
  if (!own) throw new AppError('bad_request', 'A field of the request does not have a valid name.')
  const word = given.text('type')
  const dbType = given.text('db_type')
  const isVirtual = given.flag('is_virtual') ?? (word === 'virtual' ? true : undefined)
  const allowNull = given.flag('allow_null') ?? negated(given.flag('required'))
  return present({
    name: own.trim(),
    type: word && word !== 'virtual' ? givenType(own, word) : undefined,
    dbType: word ? undefined : (dbType ?? undefined),
    besideType: word && word !== 'virtual' ? (dbType ?? undefined) : undefined,
    ...givenSizes(given, own),
    default: givenDefault(given, own),
    allowNull,
    isPrimaryKey: given.flag('is_primary_key'),
    isUnique: given.flag('is_unique'),
    isIndex: given.flag('is_index'),
    isForeignKey: given.flag('is_foreign_key'),
    reference: givenReference(given, own, word ?? undefined),
    isVirtual,
    isAggregate: given.flag('is_aggregate'),
    words: givenWords(given, own),
  })
}

const MOST_SIZE = 2_147_483_647

function givenSizes(given: GivenObject, field: string) {
  const size = (key: string) => {
    const number = given.number(key)
    if (number === undefined || (number >= 1 && number <= MOST_SIZE)) return number
    throw new AppError('bad_request', `'${key}' of the field '${field}' must be from 1 to ${MOST_SIZE}.`, {
      context: { attribute: key },
    })
  }
  const precision = size('precision')
  const scale = given.number('scale')
  if (scale !== undefined && scale > (precision ?? MOST_SIZE))
    throw new AppError('bad_request', `'scale' of the field '${field}' must be at most its precision.`, {
      context: { attribute: 'scale' },
    })
  return { length: size('length') ?? size('size'), precision, scale }
}

function negated(flag: boolean | undefined): boolean | undefined {
  return flag === true ? false : undefined
}

function givenDefault(given: GivenObject, field: string): ColumnDefault | null | undefined {
  const value = given.get('default')
  if (typeof value !== 'object' || value === null) return value
  if ('expression' in value && typeof value.expression === 'string') return { expression: value.expression }
  throw new AppError('bad_request', `Field '${field}' has a default that cannot be used.`, {
    hint: 'Use text, a number, true, false or {"expression": "CURRENT_TIMESTAMP"}.',
  })
}

const RULES: ReadonlySet<string> = new Set(['NO ACTION', 'RESTRICT', 'CASCADE', 'SET NULL', 'SET DEFAULT'])

function givenReference(
  given: GivenObject,
  field: string,
  word: string | undefined,
): GivenField['reference'] {
  const table = given.text('ref_table')
  const isReference = word !== undefined && ['reference', 'fk'].includes(word.toLowerCase())
  if (!table && isReference)
    throw new AppError(
      'bad_request',
      `Invalid schema detected - no table element for reference type of ${field}.`,
    )
  if (!table) return undefined
  const rule = (key: string) => {
    const text = (given.text(key) ?? 'NO ACTION').toUpperCase()
    if (RULES.has(text)) return text
    throw new AppError(
      'bad_request',
      `'${key}' of the field '${field}' must be one of ${[...RULES].join(', ')}.`,
    )
  }
  const refField = given.text('ref_field')
  return {
    table,
    ...(refField && { field: refField }),
    onUpdate: rule('ref_on_update'),
    onDelete: rule('ref_on_delete'),
  }
}
