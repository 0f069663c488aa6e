import { type Field, type SimpleType, valueClassOf } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import { leaveOut } from '../../../core/leave-out.ts'
import { isHiddenDefault } from '../shown-default.ts'
import { valueOfType } from '../values.ts'
import type { GivenField } from './given-field.ts'
import { newName } from './new-name.ts'

/** A column that is to be, without its keys. Throws `bad_request`. */
export function newField(given: GivenField, target?: Field): Field {
  const { type, dbType } = given
  if (!type && dbType === undefined)
    throw new AppError('bad_request', 'Invalid schema detected - no type or db_type element.', {
      hint: `Give the field '${given.name}' a type.`,
      context: { field: given.name },
    })
  const isId = type?.type === 'id' || type?.type === 'bigid'
  if (type) requireDefault(given, target?.type ?? type.type)
  return {
    name: newName(given.name, 'field'),
    ...(type ? typeOf(given, type.type, target) : { type: 'string', dbType: '' }),
    ...(dbType !== undefined && { dbType }),
    allowNull: given.allowNull ?? false,
    autoIncrement: isId,
    isGenerated: false,
    ...defaultOf(given),
  }
}

function typeOf(
  given: GivenField,
  type: SimpleType,
  target: Field | undefined,
): Pick<Field, 'type' | 'dbType'> {
  // A key has the type of what it refers to.
  if (type === 'reference' && target) return likeTarget(target)
  return { type, dbType: '', ...sizeOf(given) }
}

function likeTarget({ type, dbType, length, precision, scale }: Field): Pick<Field, 'type' | 'dbType'> {
  const own = type === 'id' ? 'reference' : type === 'bigid' ? 'bigint' : type
  // SQLite's own word for the number of a row would make another column one as well.
  const words = type === 'id' || type === 'bigid' ? '' : dbType
  return { type: own, dbType: words, ...sizeOf({ length, precision, scale }) }
}

function sizeOf({
  length,
  precision,
  scale,
}: { [K in 'length' | 'precision' | 'scale']?: number | undefined }) {
  return {
    ...(length !== undefined && { length }),
    ...(precision !== undefined && { precision }),
    ...(scale !== undefined && { scale }),
  }
}

function defaultOf({ type, default: given }: GivenField): Pick<Field, 'default'> {
  if (given !== undefined && given !== null) return { default: given }
  const isMoment = type?.extraType?.startsWith('timestamp') ?? false
  return isMoment && given === undefined ? { default: { expression: 'CURRENT_TIMESTAMP' } } : {}
}

const COUNTED: ReadonlySet<string> = new Set(['integer', 'decimal', 'float', 'boolean'])

/** Of numbers and booleans, whose defaults some engines take as they come. Throws `bad_request`. */
function requireDefault({ name, default: given }: GivenField, type: SimpleType): void {
  if (given === undefined || given === null || typeof given === 'object') return
  if (!COUNTED.has(valueClassOf(type)) || valueOfType(type, given) !== undefined) return
  throw new AppError('bad_request', `'default' of the field '${name}' is no value of its type ${type}.`, {
    context: { field: name },
  })
}

/** A column as it is to be; undefined when it stays as it is. What the request does not say stays. */
export function changedField(now: Field, given: GivenField): Field | undefined {
  const isNewType = saysNewType(now, given)
  const type = given.type?.type ?? now.type
  const { default: before, ...rest } = now
  if (JSON.stringify(given.default) !== JSON.stringify(before)) requireDefault(given, type)
  const stays = given.default === undefined || isHiddenDefault(given.default)
  const wanted = stays ? before : (given.default ?? undefined)
  const field: Field = {
    ...(isNewType ? withType(rest, type, given) : rest),
    allowNull: given.allowNull ?? now.allowNull,
    ...(wanted === undefined || wanted === null ? {} : { default: wanted }),
  }
  return JSON.stringify(field) === JSON.stringify(reordered(now, field)) ? undefined : field
}

function withType(now: Field, type: SimpleType, given: GivenField): Field {
  const rest = leaveOut(now, ['length', 'precision', 'scale', 'values', 'alsoTakes'])
  return { ...rest, type, dbType: given.dbType ?? '', ...sizeOf(given) }
}

/** With the members in the order of the other, for comparing texts. */
function reordered(field: Field, like: Field): object {
  const members = new Map(Object.entries(field))
  const keys = [...new Set([...Object.keys(like), ...members.keys()])]
  return Object.fromEntries(keys.filter((key) => members.has(key)).map((key) => [key, members.get(key)]))
}

/** Words that engines answer with each other's. */
const ALIKE: readonly (readonly SimpleType[])[] = [
  ['integer', 'reference', 'id'],
  ['bigint', 'bigid'],
  ['datetime', 'timestamp'],
  ['datetimetz', 'timestamptz', 'datetime', 'timestamp'],
  ['json', 'jsonb', 'object'],
  ['boolean', 'tinyint'],
  ['decimal', 'money'],
]

/** Whether a request means another type than the field has. */
export function saysNewType(now: Field, given: GivenField): boolean {
  if (given.dbType !== undefined && given.dbType.toLowerCase() !== now.dbType.toLowerCase()) return true
  const sizes = (['length', 'precision', 'scale'] as const).filter((key) => given[key] !== undefined)
  if (sizes.some((key) => now[key] !== undefined && given[key] !== now[key])) return true
  const type = given.type?.type
  if (type === undefined || type === now.type) return false
  const word = /^\w*/.exec(now.dbType.toLowerCase())?.[0]
  if (word === type || word === given.type?.word) return false
  return !ALIKE.some((group) => group.includes(type) && group.includes(now.type))
}

/** Numbers by how much they hold. */
const RANK: Readonly<Partial<Record<SimpleType, number>>> = {
  tinyint: 1,
  smallint: 2,
  integer: 3,
  reference: 3,
  bigint: 4,
  float: 1,
  double: 2,
}

/** Whether values of the column may not fit into what it is to be. */
export function isNarrower(now: Field, next: Field): boolean {
  if (next.dbType === now.dbType && next.dbType !== '') return false
  const [from, to] = [valueClassOf(now.type), valueClassOf(next.type)]
  if (next.type === 'text') return from === 'binary'
  if (from !== to) return !(from === 'integer' && to === 'decimal' && wholeDigits(next) >= 20)
  if (to === 'text') return (next.length ?? 255) < (now.length ?? Number.POSITIVE_INFINITY)
  if (to === 'decimal') return wholeDigits(next) < wholeDigits(now) || (next.scale ?? 0) < (now.scale ?? 0)
  return (RANK[next.type] ?? 0) < (RANK[now.type] ?? 0)
}

/** Before the point. Without a precision there is no limit that could be told. */
function wholeDigits({ precision, length, scale }: Field): number {
  const digits = precision ?? length
  return digits === undefined ? 10 : digits - (scale ?? 0)
}
