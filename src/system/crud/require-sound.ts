import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Given } from '../system-resource.ts'
import { invalidRecord } from './problems.ts'
import type { View } from './views.ts'
import { storedRows, type WriteScope } from './write-scope.ts'

/** Throws `conflict` when another record has a value that must be its own; names differ by more than their case. */
export async function requireFree(
  { resource, stored: table }: View,
  columns: Given,
  stored: Row | undefined,
  scope: WriteScope,
): Promise<void> {
  for (const field of resource.unique) {
    const value = columns[field]
    if (typeof value !== 'string') continue
    const rows = await storedRows(
      // Of the whole table: an administrator's e-mail address is taken for users as well.
      { resource, stored: table, visible: table, own: undefined },
      { op: 'starts_with', field, value },
      scope,
      MOST,
    )
    const taken = rows.some(
      (row) => row.id !== stored?.id && String(row[field]).toLowerCase() === value.toLowerCase(),
    )
    if (taken) throw alreadyTaken(field)
  }
}

/** Rows whose value starts alike; with more than these the database's own rule has to do. */
const MOST = 1_000

function alreadyTaken(field: string): AppError {
  const sentence = `The ${field} has already been taken.`
  return new AppError('conflict', `Invalid data supplied. ${sentence}`, { context: { [field]: [sentence] } })
}

/** Throws `bad_request` for the id of a record that is not there. */
export async function requireReferences({ stored }: View, columns: Given, scope: WriteScope): Promise<void> {
  for (const { fields, refTable } of stored.foreignKeys) {
    const [field = ''] = fields
    const id = columns[field]
    if (typeof id !== 'number') continue
    const target = scope.views.list().find((view) => view.stored.name === refTable)
    if (!target) continue
    const [row] = await storedRows({ ...target, own: undefined }, { op: '=', field: 'id', value: id }, scope)
    if (!row)
      throw invalidRecord({
        [field]: [`The ${field} field names no ${refTable}: there is none with the id ${id}.`],
      })
  }
}
