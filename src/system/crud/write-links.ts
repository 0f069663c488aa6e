import { isDeepStrictEqual } from 'node:util'
import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { type Parent, requireOwnerRight, requireRight } from './child-rights.ts'
import { invalidRecord } from './problems.ts'
import type { GivenLink, GivenLinks } from './read-links.ts'
import type { CheckedRecord } from './read-record.ts'
import type { View } from './views.ts'
import { createRecord, deleteRecord, recordMissing } from './write-record.ts'
import { storedById, storedRows, type WriteScope } from './write-scope.ts'

/** How a record is stored with its own children. */
interface Store {
  create(view: View, record: CheckedRecord, scope: WriteScope): Promise<number>
  update(view: View, stored: Row, record: CheckedRecord, scope: WriteScope): Promise<void>
}

/** Most links between two records. */
const MOST = 1_000

/** Makes or changes records on the other side of a junction, and links them to the parent unless they are. */
export async function writeLinks(
  parent: Parent,
  given: GivenLinks,
  scope: WriteScope,
  store: Store,
): Promise<void> {
  const { junction, here, there } = given
  for (const link of given.links) {
    const other = await writeOther({ ...link, view: given.view }, parent, scope, store)
    const ends = { [here]: parent.id, [there]: other }
    const all = Object.entries(ends).map(([field, value]): Filter => ({ op: '=', field, value }))
    const stored = await storedRows(junction, { op: 'and', all }, scope, MOST)
    const place = { parent, stored, ends, junction }
    if (link.isUnlinked) await unlink(place, other, scope)
    else await linkUnlessThere(place, link, scope)
  }
}

/** The other record's id. */
async function writeOther(
  { id, record, isChanged, view }: GivenLink & { readonly view: View },
  parent: Parent,
  scope: WriteScope,
  store: Store,
): Promise<number> {
  if (id === undefined) {
    requireRight({ view }, 'POST', parent, scope)
    return await store.create(view, record, scope)
  }
  requireRight({ view, id }, isChanged ? 'PATCH' : 'GET', parent, scope)
  const stored = await storedById(view, id, scope)
  if (!stored) throw recordMissing(id)
  if (isChanged) await store.update(view, stored, record, scope)
  return id
}

async function unlink({ parent, stored, junction }: Place, other: number, scope: WriteScope): Promise<void> {
  if (stored.length === 0) throw recordMissing(other)
  for (const row of stored) {
    requireRight({ view: junction, id: Number(row.id) }, 'DELETE', parent, scope)
    requireOwnerRight(junction, [row], parent, scope)
    await deleteRecord(junction, row, scope)
  }
}

interface Place {
  readonly parent: Parent
  readonly junction: View
  readonly ends: Readonly<Record<string, number>>
  readonly stored: readonly Row[]
}

async function linkUnlessThere(
  { parent, junction, ends, stored }: Place,
  { between }: GivenLink,
  scope: WriteScope,
): Promise<void> {
  const wanted = Object.entries(between.given)
  if (stored.some((row) => wanted.every(([field, value]) => isDeepStrictEqual(row[field], value)))) return
  const given = { ...between.given, ...ends }
  const missing = junction.resource.required.filter((field) => !Object.hasOwn(given, field))
  if (missing.length > 0) throw incomplete(junction, missing)
  requireRight({ view: junction }, 'POST', parent, scope)
  requireOwnerRight(junction, [given], parent, scope)
  await createRecord(junction, { ...between, given }, scope)
}

function incomplete({ stored }: View, fields: readonly string[]) {
  const names = fields.map((field) => `${stored.name}.${field}`)
  return invalidRecord(Object.fromEntries(names.map((name) => [name, [`The ${name} field is required.`]])))
}
