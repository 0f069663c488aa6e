import type { TableExtras } from '../../../core/database/extras.ts'
import type { Json } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { type GivenField, givenField } from './given-field.ts'
import { givenObject, requireSameName } from './given-object.ts'
import { type GivenRelation, givenRelation } from './given-relation.ts'

/** A table as a request describes it (dreamfactory-rest §5.5). Absent: not said. */
export interface GivenTable {
  readonly name: string
  /** Null: no more. */
  readonly words: { readonly [K in TableWord]?: string | null }
  readonly fields?: readonly GivenField[]
  readonly relations?: readonly GivenRelation[]
  /** As answers have it: it says which key there is, and makes none. */
  readonly primaryKey?: readonly string[]
}
type TableWord = keyof Omit<TableExtras, 'fields' | 'relations' | 'virtualRelations'>

const KEYS: ReadonlySet<string> = new Set([
  ...['name', 'alias', 'label', 'plural', 'description', 'name_field', 'version_field', 'field', 'related'],
  // Of answers, which may be sent back as they came.
  ...['native', 'is_view', 'primary_key', 'constraints', 'access', 'options'],
])

const MOST_FIELDS = 1_000

/** Throws `bad_request`. `name` is the one of the address. */
export function givenTable(json: Json, name?: string): GivenTable {
  const given = givenObject(json, 'table', KEYS)
  const own = name ?? given.text('name')
  requireSameName(given, name)
  if (!own) throw new AppError('bad_request', 'Table schema received does not have a valid name.')
  const fields = given.get('field')
  const relations = given.get('related')
  const primaryKey = given.list('primary_key')
  const words = {
    alias: given.text('alias'),
    label: given.text('label'),
    plural: given.text('plural'),
    description: given.text('description'),
    nameField: given.text('name_field'),
    versionField: given.text('version_field'),
  }
  return {
    name: own,
    words: Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined)),
    ...(fields !== undefined && { fields: listOf(fields, 'field').map((one) => givenField(one)) }),
    ...(primaryKey && { primaryKey }),
    ...(relations !== undefined && {
      relations: listOf(relations, 'related').map((one) => givenRelation(one)),
    }),
  }
}

function listOf(value: Json, key: string): readonly Json[] {
  if (value === null) return []
  const list = Array.isArray(value) ? value : [value]
  if (list.length <= MOST_FIELDS) return list
  throw new AppError('bad_request', `At most ${MOST_FIELDS} items of '${key}' in one table.`)
}
