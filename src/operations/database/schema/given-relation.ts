import type { RelationExtras, VirtualRelation } from '../../../core/database/extras.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { type GivenObject, givenObject } from './given-object.ts'

/** A relation as a request describes it (dreamfactory-rest §5.4): a virtual one, or words for one that is there. */
export interface GivenRelation {
  readonly name?: string
  readonly words: { readonly [K in keyof RelationExtras]?: RelationExtras[K] | null }
  readonly virtual?: GivenVirtual
}

/** Services by name or by id. */
export interface GivenVirtual extends Pick<VirtualRelation, 'type' | 'fields' | 'refTable' | 'refFields'> {
  readonly refService?: string | number
  readonly junction?: {
    readonly service?: string | number
    readonly table: string
    readonly fields: readonly string[]
    readonly refFields: readonly string[]
  }
}

const KEYS: ReadonlySet<string> = new Set([
  ...[
    'name',
    'alias',
    'label',
    'description',
    'type',
    'field',
    'is_virtual',
    'ref_service',
    'ref_service_id',
  ],
  ...[
    'ref_table',
    'ref_field',
    'junction_service',
    'junction_service_id',
    'junction_table',
    'junction_field',
  ],
  ...['junction_ref_field', 'always_fetch', 'flatten', 'flatten_drop_prefix'],
  // Of answers, which may be sent back as they came.
  ...['native', 'ref_on_update', 'ref_on_delete'],
])

const TYPES = ['belongs_to', 'has_one', 'has_many', 'many_many'] as const

export function givenRelation(json: Json, name?: string): GivenRelation {
  const given = givenObject(json, name === undefined ? 'relationship' : `relationship '${name}'`, KEYS)
  const own = name ?? given.text('name') ?? undefined
  const virtual = given.flag('is_virtual') ? givenVirtual(given) : undefined
  if (own === undefined && !virtual)
    throw new AppError('bad_request', 'A relationship of the request has neither a name nor is_virtual.', {
      hint: 'Relationships that the database declares are known by their names; others are virtual.',
    })
  return { ...(own !== undefined && { name: own }), words: wordsIn(given), ...(virtual && { virtual }) }
}

function wordsIn(given: GivenObject): GivenRelation['words'] {
  const words = {
    alias: given.text('alias'),
    label: given.text('label'),
    description: given.text('description'),
    alwaysFetch: yes(given.flag('always_fetch')),
    flatten: yes(given.flag('flatten')),
    flattenDropPrefix: yes(given.flag('flatten_drop_prefix')),
  }
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined))
}

/** Off is not kept. */
function yes(flag: boolean | undefined): true | null | undefined {
  return flag === undefined ? undefined : flag || null
}

function givenVirtual(given: GivenObject): GivenVirtual {
  const type = TYPES.find((known) => known === given.text('type'))
  if (!type)
    throw new AppError('bad_request', `'type' of the relationship must be one of ${TYPES.join(', ')}.`)
  const refService = serviceIn(given, 'ref_service')
  return {
    type,
    fields: columns(given, 'field'),
    refTable: required(given, 'ref_table'),
    refFields: columns(given, 'ref_field'),
    ...(refService !== undefined && { refService }),
    ...(type === 'many_many' && { junction: junctionIn(given) }),
  }
}

function junctionIn(given: GivenObject): NonNullable<GivenVirtual['junction']> {
  const service = serviceIn(given, 'junction_service')
  return {
    table: required(given, 'junction_table'),
    fields: columns(given, 'junction_field'),
    refFields: columns(given, 'junction_ref_field'),
    ...(service !== undefined && { service }),
  }
}

function serviceIn(given: GivenObject, key: string): string | number | undefined {
  return given.text(key) ?? given.number(`${key}_id`)
}

function columns(given: GivenObject, key: string): readonly string[] {
  return required(given, key)
    .split(',')
    .map((name) => name.trim())
}

function required(given: GivenObject, key: string): string {
  const text = given.text(key)
  if (text) return text
  throw new AppError('bad_request', `A virtual relationship needs '${key}'.`)
}
