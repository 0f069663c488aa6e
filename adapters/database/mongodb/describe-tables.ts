import type { ColumnDefault, Field, TableDefinition } from '../../../src/core/database/schema.ts'
import { type BsonType, dbTypeOf, simpleTypeOf, storedTypes } from './column-type.ts'
import { fieldNoteIn, tableNoteIn } from './field-note.ts'
import { type IndexInfo, keysOf } from './indexes.ts'
import { isName, type SampledField } from './sample.ts'
import { allowsNull, type JsonSchema, typesOf } from './validator.ts'

/** Everything that is known of a collection or a view. */
export interface CollectionFacts {
  readonly name: string
  readonly isView: boolean
  readonly schema: JsonSchema | undefined
  readonly indexes: readonly IndexInfo[]
  readonly sampled: readonly SampledField[]
  readonly rowEstimate?: number
}

export function describeTable(facts: CollectionFacts): TableDefinition {
  const { name, isView, schema, indexes, rowEstimate } = facts
  const note = tableNoteIn(schema?.title)
  const fields = mergedFields(facts)
  const hasOwnKey = note !== undefined && note.primaryKey.length > 0 && !note.primaryKey.includes('_id')
  const shown = hasOwnKey ? fields.filter((field) => field.name !== '_id') : fields
  const primaryKey = hasOwnKey ? note.primaryKey : isView && !fields.some(isId) ? [] : ['_id']
  const { uniqueKeys, indexedFields } = keysOf(indexes, primaryKey, shown)
  return {
    name,
    isView,
    ...(schema?.description !== undefined && { description: schema.description }),
    fields: shown,
    primaryKey,
    uniqueKeys,
    foreignKeys: [],
    indexedFields,
    ...(rowEstimate !== undefined && { rowEstimate }),
    ...(!isView && schema?.additionalProperties !== false && { takesNewFields: true }),
  }
}

const isId = ({ name }: Field) => name === '_id'

/** What the validator says comes first; what only documents have follows, in the order in which they have it. */
function mergedFields({ schema, sampled, isView }: CollectionFacts): Field[] {
  const seen = new Map(sampled.map((field) => [field.path, field]))
  const told = toldFields(schema)
  const fields = new Map<string, Field>()
  const id = told.get('_id') ?? { isRequired: true }
  if (!isView || seen.has('_id')) fields.set('_id', idField(id.schema, seen.get('_id')))
  for (const [path, { schema: own, isRequired }] of told) {
    if (path !== '_id') fields.set(path, fieldOf(path, own, isRequired, seen.get(path)))
  }
  for (const field of sampled) {
    const isKept = fields.has(field.path) || isInside(field.path, fields)
    if (!isKept) fields.set(field.path, fieldOf(field.path, undefined, false, field))
  }
  return [...fields.values()]
}

/** Fields inside a document that was declared as one value are no fields. */
function isInside(path: string, fields: ReadonlyMap<string, Field>): boolean {
  const [top = path] = path.split('.')
  const type = fields.get(top)?.type
  return top !== path && (type === 'json' || type === 'jsonb') && fields.get(top)?.types === undefined
}

interface Told {
  readonly schema?: JsonSchema
  readonly isRequired: boolean
}

function toldFields(schema: JsonSchema | undefined, prefix = ''): Map<string, Told> {
  const told = new Map<string, Told>()
  for (const [key, own] of schema?.properties ?? []) {
    if (!isName(key)) continue
    const path = `${prefix}${key}`
    told.set(path, { schema: own, isRequired: prefix === '' && (schema?.required?.includes(key) ?? false) })
    for (const inner of [own, own.items]) {
      if (inner?.properties) for (const [name, each] of toldFields(inner, `${path}.`)) told.set(name, each)
    }
  }
  return told
}

/** Made by the driver when a document comes without one. */
function idField(schema: JsonSchema | undefined, sampled: SampledField | undefined): Field {
  const field = fieldOf('_id', schema, true, sampled)
  const isUsual = field.dbType === 'null' || field.dbType.includes('objectId')
  return {
    ...field,
    ...(field.dbType === 'null' && { type: 'string', dbType: 'objectId', length: 24 }),
    ...(isUsual && { default: { expression: 'ObjectId()' } }),
    allowNull: false,
  }
}

function fieldOf(
  name: string,
  schema: JsonSchema | undefined,
  isRequired: boolean,
  sampled: SampledField | undefined,
): Field {
  const note = fieldNoteIn(schema?.title)
  const declared = schema ? typesOf(schema) : []
  const types = typesFor(declared, sampled, note?.type === 'uuid')
  const elements = elementsOf(schema, sampled)
  const type = note?.type ?? simpleTypeOf(types)
  const values = schema?.enum?.filter((value) => typeof value === 'string')
  const length = note?.length ?? schema?.maxLength ?? (types.join() === 'objectId' ? 24 : undefined)
  const isNested = name.includes('.')
  return {
    name,
    type,
    dbType: dbTypeOf(note && types.length === 0 ? storedTypes(note.type) : types, elements),
    ...(length !== undefined && { length }),
    ...(note?.precision !== undefined && { precision: note.precision }),
    ...(note?.scale !== undefined && { scale: note.scale }),
    ...(note?.default !== undefined && { default: defaultOf(note.default) }),
    allowNull: !isRequired || (schema ? allowsNull(schema) : false),
    autoIncrement: note?.autoIncrement ?? false,
    isGenerated: false,
    ...(values && values.length > 0 && { values }),
    ...(schema?.description !== undefined && { description: schema.description }),
    ...(isNested && { isNested }),
    ...(!note && sampled && { types: sampled.types.map(({ type: one, share }) => ({ type: one, share })) }),
  }
}

/** A validator knows binary, where documents know UUIDs. */
function typesFor(
  declared: readonly BsonType[],
  sampled: SampledField | undefined,
  isUuid: boolean,
): readonly BsonType[] {
  const own = sampled?.types.map(({ type }) => type) ?? []
  if (declared.length === 0) return own
  return declared.map((type) => (type === 'binData' && (isUuid || own.join() === 'uuid') ? 'uuid' : type))
}

function elementsOf(schema: JsonSchema | undefined, sampled: SampledField | undefined): readonly BsonType[] {
  const declared = schema?.items ? typesOf(schema.items) : []
  return declared.length > 0 ? declared : (sampled?.elements ?? [])
}

function defaultOf(value: NonNullable<ReturnType<typeof fieldNoteIn>>['default']): ColumnDefault {
  return value ?? null
}
