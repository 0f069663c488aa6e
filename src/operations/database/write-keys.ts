import type { Filter } from '../../core/database/query.ts'
import type { Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { identifyingFields } from './plan-fields.ts'
import { rowFilter } from './plan-filter.ts'
import { accessForbidden, tableResource } from './table-access.ts'

/** By which fields a write finds its records, and by which it knows them again. */
export interface WriteKeys {
  /** The primary key, or what the request names in its place. */
  readonly select: readonly string[]
  /** The primary key. Whether a record lies inside a row filter is only ever asked by it: other fields may be shared. */
  readonly key: readonly string[]
  /** Records are found by the primary key itself. */
  readonly byKey: boolean
  /** Finding by other fields than the key is reading: then the caller's filter for reading. */
  readonly visible: Filter | undefined
}

/** Throws `bad_request` without usable fields, `forbidden` when other fields are named by a caller who may not read. */
export function planWriteKeys(
  table: Table,
  idField: readonly string[] | undefined,
  context: OperationContext,
): WriteKeys {
  // Who may not read learns of no field by naming it.
  if (idField && !isKey(table, idField)) readFilter(table, context)
  const select = identifyingFields(table, idField)
  const key = table.primaryKey.length > 0 ? table.primaryKey : select
  const isSame = select.length === key.length && select.every((field) => key.includes(field))
  const byKey = isSame && table.primaryKey.length > 0
  return { select, key, byKey, visible: byKey ? undefined : readFilter(table, context) }
}

function isKey({ primaryKey }: Table, names: readonly string[]): boolean {
  const given = names.map((name) => name.trim().toLowerCase())
  return primaryKey.length === given.length && primaryKey.every((name) => given.includes(name.toLowerCase()))
}

/** The caller's row filter for reading this table. Throws `forbidden` when reading is not granted. */
export function readFilter(table: Table, context: OperationContext): Filter | undefined {
  const component = tableResource('_table', table.name)
  const access = context.caller.policy.decide(context.service.info.name, component, 'GET')
  if (access.allowed) return rowFilter(table, access)
  throw accessForbidden(
    component,
    context,
    'Reading is not granted: leave out fields, related, filter and id_field.',
  )
}

/** The row filter of a write, for a table whose records can be known again. Throws `forbidden` without a primary key. */
export function writeFilter(table: Table, context: OperationContext): Filter | undefined {
  const inside = rowFilter(table, context.access)
  if (!inside || table.primaryKey.length > 0) return inside
  throw new AppError(
    'forbidden',
    `Records of '${table.name}' cannot be checked against your role's row filter: the table has no primary key.`,
  )
}
