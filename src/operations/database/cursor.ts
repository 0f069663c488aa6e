import type { Filter, Order } from '../../core/database/query.ts'
import { type Field, type Table, valueClassOf } from '../../core/database/schema.ts'
import type { Json, Row, Value } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { planAfter } from './plan-after.ts'

type Bound = Exclude<Value, null>

/** What a cursor holds for: it is refused with any other request. */
interface CursorScope {
  readonly table: Table
  /** An order that tells every two rows apart. */
  readonly orderBy: readonly Order[]
  readonly request: {
    readonly filter?: string | undefined
    readonly params?: unknown
    readonly where?: unknown
    readonly fields?: readonly string[] | undefined
  }
  readonly context: OperationContext
}

/** The rows behind a cursor. Throws `bad_request` for one that was made up or belongs to another request. */
export function afterCursor(cursor: string, scope: CursorScope): Filter {
  const { table, orderBy, context } = scope
  const { seal } = context
  const text = cursor.includes('.')
    ? seal.signed(cursor, scopeText(scope))
    : seal.open(cursor, scopeText(scope))
  if (text === undefined) throw foreignCursor()
  // Made by `cursorOf`: a list of the values it read.
  const values: readonly Json[] = JSON.parse(text)
  return planAfter(
    table,
    orderBy,
    orderBy.map(({ by }, index) => boundValue(fieldOf(table, by), values[index] ?? null)),
  )
}

/**
 * The place behind this row, which is signed where its values are told to the caller anyway, and else sealed. Undefined when they are long, or cannot be
 * compared again as they were read.
 */
export function cursorOf(row: Row, scope: CursorScope, isTold = false): string | undefined {
  const { table, orderBy, context } = scope
  const values = orderBy.map(({ by }) => row[by] ?? null)
  const comparable = orderBy.every(({ by }, index) => isComparable(fieldOf(table, by), values[index] ?? null))
  const text = JSON.stringify(values)
  if (!comparable || text.length > LONGEST) return undefined
  return isTold ? context.seal.sign(text, scopeText(scope)) : context.seal.seal(text, scopeText(scope))
}

/** In characters: a cursor has to fit into an address, and beside the rows of a page. */
const LONGEST = 400

/** The rows behind this one, for a reader that goes on at once; undefined as for `cursorOf`, but for long values. */
export function afterRow(row: Row, table: Table, orderBy: readonly Order[]): Filter | undefined {
  const fields = orderBy.map(({ by }) => fieldOf(table, by))
  if (!fields.every((field) => isComparable(field, row[field.name] ?? null))) return undefined
  return planAfter(
    table,
    orderBy,
    fields.map((field) => boundValue(field, row[field.name] ?? null)),
  )
}

function scopeText({ table, orderBy, request, context }: CursorScope): string {
  const { filter = null, params = null, where = null, fields = null } = request
  const { service, caller } = context
  const order = orderBy.map(({ by, direction, nulls = null }) => [by, direction, nulls])
  return JSON.stringify([
    'cursor',
    service.info.name,
    table.name,
    order,
    filter,
    params,
    where,
    fields,
    callerText(caller),
  ])
}

/** Whose a cursor is. */
export function callerText({ kind, label, userId, appId, policy }: OperationContext['caller']) {
  return [kind, label, userId ?? null, appId ?? null, policy.key]
}

/** A value as it was read, as it is compared. */
function boundValue({ type }: Field, json: Json): Bound | null {
  if (json === null) return null
  if (typeof json === 'object') throw foreignCursor()
  if (typeof json !== 'string') return json
  const kind = valueClassOf(type)
  if (kind === 'binary') return Uint8Array.from(Buffer.from(json, 'base64'))
  return kind === 'integer' && /^-?\d+$/.test(json) ? BigInt(json) : json
}

/**
 * Where moments are kept as text in another form than the database's own, they are compared in that form, which is not the
 * one they are bound in.
 */
function isComparable({ type }: Field, json: Json): boolean {
  const isMoment = valueClassOf(type) === 'timestamp'
  return typeof json !== 'object' || json === null
    ? !(isMoment && typeof json === 'string' && /[TZ]/i.test(json))
    : false
}

function fieldOf(table: Table, name: string): Field {
  const field = table.fieldByName.get(name.toLowerCase())
  if (!field) throw new AppError('internal', 'An order names a field that the table does not have.')
  return field
}

export function foreignCursor(): AppError {
  return new AppError('bad_request', 'The cursor does not belong to this request.', {
    hint: 'Send it with the same table, filter, order and fields as the page it came with, or start again without it.',
  })
}
