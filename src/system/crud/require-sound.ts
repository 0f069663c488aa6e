import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Given } from '../system-resource.ts'
import { invalidRecord } from './problems.ts'
import type { View } from './views.ts'
import { rowsOfTable, type WriteScope } from './write-scope.ts'

/** Throws `conflict` when another record has a value that must be its own; names differ by more than their case. */
export async function requireFree(
  view: View,
  columns: Given,
  stored: Row | undefined,
  scope: WriteScope,
): Promise<void> {
  const { resource } = view
  const within = sameOwner(view, columns, stored)
  // Of the whole table: an administrator's e-mail address is taken for users as well.
  for (const field of resource.unique)
    await requireFreeValue(view, field, undefined, { columns, stored, scope })
  for (const field of resource.uniqueInOwner)
    await requireFreeValue(view, field, within, { columns, stored, scope })
}

interface Written {
  readonly columns: Given
  readonly stored: Row | undefined
  readonly scope: WriteScope
}

async function requireFreeValue(
  view: View,
  field: string,
  within: Filter | undefined,
  { columns, stored, scope }: Written,
): Promise<void> {
  const value = columns[field]
  if (typeof value !== 'string' || value === stored?.[field]) return
  const rows = await rowsNamed(view, { field, value, within }, scope)
  if (rows.every(({ id }) => id === stored?.id)) return
  const told = SHOWN_AS.get(field) ?? field
  const sentence = `The ${told} has already been taken.`
  throw new AppError('conflict', `Invalid data supplied. ${sentence}`, { context: { [told]: [sentence] } })
}

/** Rows of the whole table with this text, in any case of its letters. */
export async function rowsNamed(
  { stored: table }: View,
  named: { readonly field: string; readonly value: string; readonly within?: Filter | undefined },
  scope: WriteScope,
): Promise<readonly Row[]> {
  const { field, value, within } = named
  // Of the same length: longer names that begin alike may be any number.
  const sameLength: Filter = { op: 'like', field, pattern: value.replaceAll('%', '_') }
  const alike: Filter = { op: 'and', all: [{ op: 'starts_with', field, value }, sameLength] }
  const rows = await rowsOfTable(table.name, within ? { op: 'and', all: [alike, within] } : alike, scope)
  return rows.filter((row) => String(row[field]).toLowerCase() === value.toLowerCase())
}

/** A column that nobody sees, by the field it is made of. */
const SHOWN_AS: ReadonlyMap<string, string> = new Map([['api_key_hash', 'api_key']])

/** Rows that belong to the same records. */
function sameOwner({ stored: table, resource }: View, columns: Given, stored: Row | undefined): Filter {
  const owners = table.foreignKeys.flatMap(({ fields }) => fields)
  const all = owners.map((field): Filter => {
    const value = columns[field] ?? stored?.[field] ?? resource.fixed[field] ?? null
    return typeof value === 'number' ? { op: '=', field, value } : { op: 'is_null', field }
  })
  return { op: 'and', all }
}

/** Throws `bad_request` for the id of a record that is not there. */
export async function requireReferences({ stored }: View, columns: Given, scope: WriteScope): Promise<void> {
  for (const { fields, refTable } of stored.foreignKeys) {
    const [field = ''] = fields
    const id = columns[field]
    if (typeof id !== 'number') continue
    const [row] = await rowsOfTable(refTable, { op: '=', field: 'id', value: id }, scope)
    if (row) continue
    throw invalidRecord({
      [field]: [`The ${field} field names no ${refTable}: there is none with the id ${id}.`],
    })
  }
}
