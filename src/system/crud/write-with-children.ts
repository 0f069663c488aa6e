import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { childRefused, type Parent, requireOwnerRight, requireRight } from './child-rights.ts'
import { invalidRecord } from './problems.ts'
import type { CheckedRecord, GivenChild, GivenChildren } from './read-record.ts'
import type { View } from './views.ts'
import { writeLinks } from './write-links.ts'
import { createRecord, deleteRecord, recordMissing, updateRecord } from './write-record.ts'
import { storedById, storedRows, type WriteScope } from './write-scope.ts'

/** Stores a new record and its children, inside a transaction. Answers its id. */
export async function createWithChildren(
  view: View,
  record: CheckedRecord,
  scope: WriteScope,
): Promise<number> {
  const id = await createRecord(view, record, scope)
  await writeOthers({ view, id }, record, scope)
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
  await writeOthers({ view, id: Number(stored.id) }, record, scope)
}

/** Children of a record and what is linked to it; those that are not listed stay as they are (dreamfactory-rest §7.1). */
async function writeOthers(
  parent: Parent,
  { children, links }: CheckedRecord,
  scope: WriteScope,
): Promise<void> {
  for (const given of children)
    for (const child of given.records) await writeChild(parent, child, given, scope)
  const store = { create: createWithChildren, update: updateWithChildren }
  for (const given of links) await writeLinks(parent, given, scope, store)
}

async function writeChild(
  parent: Parent,
  child: GivenChild,
  children: GivenChildren,
  scope: WriteScope,
): Promise<void> {
  const { view, foreignKey, isOwned } = children
  const stored = await storedChild(parent, child, children, scope)
  if (child.id === undefined) requireThisParent(parent, child, foreignKey)
  if (!stored) {
    const given = { ...child.record.given, [foreignKey]: parent.id }
    requireRight({ view }, 'POST', parent, scope)
    requireOwnerRight(view, [given], parent, scope)
    await createWithChildren(view, { ...child.record, given }, scope)
    return
  }
  const isRemoved = child.id !== undefined && child.parent === null && isOwned
  requireRight({ view, id: Number(stored.id) }, isRemoved ? 'DELETE' : 'PATCH', parent, scope)
  requireOwnerRight(view, [stored, child.record.given], parent, scope)
  if (isRemoved) return await deleteRecord(view, stored, scope)
  const isHere = child.parent === undefined || child.id === undefined
  const target = isHere ? parent.id : child.parent
  if (target !== null && target !== parent.id && !scope.isAdmin) throw childRefused(view.resource.name)
  const isMoved = stored[foreignKey] !== target
  const given = { ...child.record.given, ...(isMoved && { [foreignKey]: target }) }
  await updateWithChildren(view, stored, { ...child.record, given }, scope)
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
  if (stored && stored[foreignKey] === parent.id) return stored
  // A child of another parent is another's, but for administrators.
  if (!stored || !scope.isAdmin) throw recordMissing(child.id)
  if (child.parent === parent.id || stored[foreignKey] === null) return stored
  throw invalidRecord({
    [foreignKey]: [
      `The ${foreignKey} field must be ${parent.id} to take record ${child.id} from its parent.`,
    ],
  })
}

/** Throws `bad_request`: a new child is one of the record it stands in. */
function requireThisParent({ id }: Parent, { parent }: GivenChild, foreignKey: string): void {
  if (parent === undefined || parent === null || parent === id) return
  throw invalidRecord({
    [foreignKey]: [`The ${foreignKey} field names another record than the one this stands in: leave it out.`],
  })
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
