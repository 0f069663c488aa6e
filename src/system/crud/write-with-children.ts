import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Verb } from '../../core/policy.ts'
import type { CheckedRecord, GivenChild, GivenChildren } from './read-record.ts'
import { isWholeAccess, SYSTEM } from './system-policy.ts'
import type { View } from './views.ts'
import { createRecord, deleteRecord, recordMissing, updateRecord } from './write-record.ts'
import { storedById, storedRows, type WriteScope } from './write-scope.ts'

/** Stores a new record and its children, inside a transaction. Answers its id. */
export async function createWithChildren(
  view: View,
  record: CheckedRecord,
  scope: WriteScope,
): Promise<number> {
  const id = await createRecord(view, record, scope)
  await writeChildren(view, id, record.children, scope)
  return id
}

/** Changes what is given of a stored record and of its children. */
export async function updateWithChildren(
  view: View,
  stored: Row,
  record: CheckedRecord,
  scope: WriteScope,
): Promise<void> {
  await updateRecord(view, stored, record, scope)
  await writeChildren(view, Number(stored.id), record.children, scope)
}

/** Children of a record of `parent`; those that are not listed stay as they are (dreamfactory-rest §7.1). */
async function writeChildren(
  parent: View,
  id: number,
  given: readonly GivenChildren[],
  scope: WriteScope,
): Promise<void> {
  for (const children of given)
    for (const child of children.records) await writeChild({ view: parent, id }, child, children, scope)
}

interface Parent {
  readonly view: View
  readonly id: number
}

async function writeChild(
  parent: Parent,
  child: GivenChild,
  children: GivenChildren,
  scope: WriteScope,
): Promise<void> {
  const { view, foreignKey, isOwned } = children
  const stored = await storedChild(parent, child, children, scope)
  if (!stored) {
    const given = { ...child.record.given, [foreignKey]: parent.id }
    requireRight(view, 'POST', undefined, parent, scope)
    requireOwnerRight(view, [given], parent, scope)
    await createWithChildren(view, { ...child.record, given }, scope)
    return
  }
  const isRemoved = child.id !== undefined && child.parent === null && isOwned
  requireRight(view, isRemoved ? 'DELETE' : 'PATCH', Number(stored.id), parent, scope)
  requireOwnerRight(view, [stored, child.record.given], parent, scope)
  if (isRemoved) return await deleteRecord(view, stored, scope)
  const target = child.parent === undefined ? parent.id : child.parent
  if (target !== null && target !== parent.id && !scope.isAdmin) throw childRefused(view.resource.name)
  const isMoved = stored[foreignKey] !== target
  const given = { ...child.record.given, ...(isMoved && { [foreignKey]: target }) }
  await updateWithChildren(view, stored, { ...child.record, given }, scope)
}

/**
 * Throws `forbidden`. A resource with an address of its own is written under its own rights, one without under those of its
 * owner; rights to some rows only are not enough here.
 */
function requireRight(
  view: View,
  verb: Verb,
  id: number | undefined,
  parent: Parent,
  { policy }: WriteScope,
): void {
  const { component, hasAddress, name } = view.resource
  if (!hasAddress && component === parent.view.resource.component) return
  const address = hasAddress ? `${name}${id === undefined ? '' : `/${id}`}` : component
  const access = policy.decide(SYSTEM, `_table/${address}`, hasAddress ? verb : 'PATCH')
  if (!isWholeAccess(access)) throw childRefused(view.resource.name)
}

/** Throws `forbidden` for a record that goes with another one than its parent, where that one may not be changed. */
function requireOwnerRight(
  { resource }: View,
  records: readonly Row[],
  parent: Parent,
  { policy }: WriteScope,
): void {
  const { component, hasAddress, name, table } = resource
  if (hasAddress || component === parent.view.resource.component) return
  const owner = table.foreignKeys.find(({ refTable }) => refTable === component)?.fields[0] ?? ''
  const ids = records.map((record) => record[owner]).filter((id) => typeof id === 'number')
  const isAllowed = ids.every((id) =>
    isWholeAccess(policy.decide(SYSTEM, `_table/${component}/${id}`, 'PATCH')),
  )
  if (!isAllowed) throw childRefused(name)
}

async function storedChild(
  parent: Parent,
  child: GivenChild,
  children: GivenChildren,
  scope: WriteScope,
): Promise<Row | undefined> {
  const { view, foreignKey } = children
  if (child.id === undefined) return await sameName(parent.id, child, children, scope)
  const stored = await storedById(view, child.id, scope)
  // A child of another parent is another's, but for administrators.
  if (stored && (stored[foreignKey] === parent.id || scope.isAdmin)) return stored
  throw recordMissing(child.id)
}

/** A child without id that has the name of one of its siblings is that one: lookups. */
async function sameName(
  parent: number,
  { record }: GivenChild,
  { view, foreignKey }: GivenChildren,
  scope: WriteScope,
): Promise<Row | undefined> {
  const { name } = record.given
  if (view.resource.hasAddress || typeof name !== 'string') return undefined
  const filter: Filter = {
    op: 'and',
    all: [
      { op: '=', field: foreignKey, value: parent },
      { op: '=', field: 'name', value: name },
    ],
  }
  const [row] = await storedRows(view, filter, scope)
  return row
}

function childRefused(name: string): AppError {
  return new AppError(
    'forbidden',
    `Access Forbidden. Your role does not allow this change of records of '${name}'.`,
  )
}
