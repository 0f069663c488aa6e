import type { Filter } from '../../../core/database/query.ts'
import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import type { InputRecord } from '../inputs.ts'
import { requireInside } from '../keyed-rows.ts'
import { allOf } from '../plan-filter.ts'
import { type Key, whereKey } from '../plan-ids.ts'
import { readRows } from '../read-rows.ts'
import { recordValues, type Values } from '../record-values.ts'
import { raising } from '../version-field.ts'
import type { Nested } from './nested-record.ts'
import { rightTo } from './nested-rights.ts'
import { fieldOf, tie, whereValues, without } from './related-key.ts'
import { notFound } from './write-referenced.ts'
import type { WriteScope } from './write-scope.ts'

type Ends = Pick<Nested, 'relation' | 'target'>

/** Lets one child of a parent go: its reference becomes null, or it is deleted where that is allowed and null is not. */
export async function detach(
  ends: Ends,
  toParent: Values,
  { key, item }: { readonly key: Key; readonly item: InputRecord },
  scope: WriteScope,
): Promise<void> {
  const { relation, target } = ends
  const found = allOf(whereKey(target.primaryKey, key), whereValues(toParent))
  const rest = without(item, [...relation.refFields, ...target.primaryKey])
  if ((await letGo(ends, found, rest, scope)) === 0) throw notFound(key)
}

/** Lets every child of a parent go, of those the caller may change. */
export async function detachAll(parent: Row, ends: Ends, scope: WriteScope): Promise<void> {
  const { relation, target } = ends
  const toParent = tie(parent, relation.fields, target, relation.refFields)
  await letGo(ends, whereValues(toParent), {}, scope)
}

/** How many were let go. Throws `bad_request` when there are some that cannot be. */
async function letGo(
  ends: Ends,
  found: Filter | undefined,
  rest: InputRecord,
  scope: WriteScope,
): Promise<number> {
  const { relation, target } = ends
  const { context, records, lenient } = scope
  const { signal } = context
  if (canBeAlone(ends)) {
    const inside = rightTo('PATCH', target, context)
    const where = allOf(found, inside) ?? ALL
    const set = {
      ...recordValues(target, rest, { create: false, lenient }, context),
      ...Object.fromEntries(relation.refFields.map((field) => [field, null])),
    }
    const { rows } = await records.update(
      { table: target, set, ...raising(target), where, returning: target.primaryKey },
      { signal },
    )
    await requireInside({ table: target, key: target.primaryKey, rows, inside }, { records, context })
    return rows.length
  }
  const inside = rightTo('DELETE', target, context)
  const where = allOf(found, inside) ?? ALL
  if (scope.allowRelatedDelete)
    return (await records.delete({ table: target, where, returning: [] }, { signal })).affected
  const fields = target.fields.slice(0, 1).map(({ name }) => name)
  const some = await readRows(records, { table: target, fields, where, limit: 1 }, signal)
  if (some.length > 0) throw cannotBeAlone(ends)
  return 0
}

const ALL: Filter = { op: 'and', all: [] }

function canBeAlone({ relation, target }: Ends): boolean {
  return relation.refFields.every(
    (name) => fieldOf(target, name).allowNull && !target.primaryKey.includes(name),
  )
}

function cannotBeAlone({ relation, target }: Ends): AppError {
  return new AppError(
    'bad_request',
    `A record of '${target.name}' cannot be without its '${relation.refFields.join("', '")}'.`,
    { hint: 'With allow_related_delete=true it is deleted.' },
  )
}
