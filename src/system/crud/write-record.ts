import { isDeepStrictEqual } from 'node:util'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { showRow } from './present.ts'
import { addProblem, invalidRecord, type Problems } from './problems.ts'
import { type CheckedRecord, readOnlyField } from './read-record.ts'
import { refuseUsed } from './refuse-used.ts'
import { requireFree, requireReferences } from './require-sound.ts'
import type { View } from './views.ts'
import { contextOf, deleteRow, insertRow, updateRow, type WriteScope } from './write-scope.ts'

/** Stores a new record, without its children, inside a transaction. Answers its id. */
export async function createRecord(view: View, record: CheckedRecord, scope: WriteScope): Promise<number> {
  const { toColumns } = view.resource
  const columns = toColumns ? await toColumns(record.given, contextOf(scope, undefined)) : record.given
  await requireFree(view, columns, undefined, scope)
  await requireReferences(view, columns, scope)
  return await insertRow(view, columns, scope)
}

/** Changes what is given of a stored record, without its children. */
export async function updateRecord(
  view: View,
  stored: Row,
  record: CheckedRecord,
  scope: WriteScope,
): Promise<void> {
  refuseChangedClaims(view, stored, record, scope)
  const id = Number(stored.id)
  const { toColumns } = view.resource
  const columns = toColumns ? await toColumns(record.given, contextOf(scope, stored)) : record.given
  await requireFree(view, columns, stored, scope)
  await requireReferences(view, columns, scope)
  if (Object.keys(columns).length > 0) await updateRow(view, id, columns, scope)
}

export async function deleteRecord(view: View, stored: Row, scope: WriteScope): Promise<void> {
  await view.resource.beforeDelete?.(stored, contextOf(scope, stored))
  await refuseUsed(view, stored, scope)
  await deleteRow(view, Number(stored.id), scope)
}

export function recordMissing(id: string | number): AppError {
  return new AppError('not_found', `Record with identifier '${id}' not found.`)
}

/** A record may be sent back as it was read: fields of the server must be as they are. */
function refuseChangedClaims(view: View, stored: Row, { claimed }: CheckedRecord, scope: WriteScope): void {
  if (Object.keys(claimed).length === 0) return
  const shown = showRow(view, stored, { ...scope.tools, showsKeys: 'all' })
  const problems: Problems = {}
  for (const [name, value] of Object.entries(claimed))
    if (!isDeepStrictEqual(shown[name] ?? null, value)) addProblem(problems, name, readOnlyField(name))
  if (Object.keys(problems).length > 0) throw invalidRecord(problems)
}
