import { isDeepStrictEqual } from 'node:util'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import { showRow } from './present.ts'
import { addProblem, invalidRecord, type Problems } from './problems.ts'
import { type CheckedRecord, type GivenChild, type GivenChildren, readOnlyField } from './read-record.ts'
import { refuseUsed } from './refuse-used.ts'
import { requireFree, requireReferences } from './require-sound.ts'
import type { View } from './views.ts'
import {
  contextOf,
  deleteRow,
  insertRow,
  mayWrite,
  storedById,
  storedRows,
  updateRow,
  type WriteScope,
} from './write-scope.ts'

/** Stores a new record with its children, inside a transaction. Answers its id. */
export async function createRecord(view: View, record: CheckedRecord, scope: WriteScope): Promise<number> {
  const { toColumns } = view.resource
  const columns = toColumns ? await toColumns(record.given, contextOf(scope, undefined)) : record.given
  await requireFree(view, columns, undefined, scope)
  await requireReferences(view, columns, scope)
  const id = await insertRow(view, columns, scope)
  for (const children of record.children) await writeChildren(id, children, scope)
  return id
}

/** Changes what is given of a stored record, and its children. */
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
  for (const children of record.children) await writeChildren(id, children, scope)
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

/** dreamfactory-rest §7.1: children that are not listed stay as they are. */
async function writeChildren(parent: number, children: GivenChildren, scope: WriteScope): Promise<void> {
  for (const child of children.records) await writeChild(parent, child, children, scope)
}

async function writeChild(
  parent: number,
  child: GivenChild,
  children: GivenChildren,
  scope: WriteScope,
): Promise<void> {
  const { view, foreignKey, isOwned } = children
  const stored =
    child.id === undefined
      ? await sameName(parent, child, children, scope)
      : await ownChild(parent, child.id, children, scope)
  if (!stored) {
    if (!mayWrite(view, 'POST', undefined, scope)) throw childRefused(view)
    const given = { ...child.record.given, [foreignKey]: parent }
    await createRecord(view, { ...child.record, given }, scope)
    return
  }
  const id = Number(stored.id)
  const isRemoved = child.id !== undefined && child.parent === null && isOwned
  if (!mayWrite(view, isRemoved ? 'DELETE' : 'PATCH', id, scope)) throw childRefused(view)
  if (isRemoved) return await deleteRecord(view, stored, scope)
  const target = child.parent === undefined ? parent : child.parent
  if (target !== null && target !== parent && !scope.isAdmin) throw childRefused(view)
  const given = { ...child.record.given, ...(stored[foreignKey] !== target && { [foreignKey]: target }) }
  await updateRecord(view, stored, { ...child.record, given }, scope)
}

/** The child with that id: of this parent, or, for an administrator, of any. */
async function ownChild(
  parent: number,
  id: number,
  { view, foreignKey }: GivenChildren,
  scope: WriteScope,
): Promise<Row> {
  const stored = await storedById(view, id, scope)
  if (stored && (stored[foreignKey] === parent || scope.isAdmin)) return stored
  throw recordMissing(id)
}

/** A child without id that has a name of its own parent's child is that child. */
async function sameName(
  parent: number,
  { record }: GivenChild,
  { view, foreignKey }: GivenChildren,
  scope: WriteScope,
): Promise<Row | undefined> {
  const name = record.given.name
  if (view.resource.hasAddress || typeof name !== 'string') return undefined
  const filter = {
    op: 'and',
    all: [
      { op: '=', field: foreignKey, value: parent },
      { op: '=', field: 'name', value: name },
    ],
  } as const
  const [row] = await storedRows(view, filter, scope)
  return row
}

function childRefused({ resource }: View): AppError {
  return new AppError(
    'forbidden',
    `Access Forbidden. Your role does not allow this change of records of '${resource.name}'.`,
  )
}
