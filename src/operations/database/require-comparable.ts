import { type Relation, type Table, valueClassOf } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { findByName } from '../../core/names.ts'

/** Databases compare columns of one kind; relations that are only declared may join others. */
export function requireComparable(
  relation: Relation,
  { from, to }: { readonly from: Table; readonly to: Table },
  { what, prefix }: { readonly what: string; readonly prefix: string },
): void {
  if (!relation.isVirtual || relation.junction) return
  const typeOf = (table: Table, name: string) => findByName(table.fieldByName, name)
  const isSame = relation.fields.every((name, at) => {
    const [one, other] = [typeOf(from, name), typeOf(to, relation.refFields[at] ?? '')]
    const kinds = [one, other].map((field) => field && valueClassOf(field.type))
    return (
      kinds[0] === kinds[1] && (kinds[0] !== 'text' || (one?.type === 'uuid') === (other?.type === 'uuid'))
    )
  })
  if (!isSame)
    throw new AppError(
      'bad_request',
      `${what} cannot lead through '${prefix}': its fields have different types.`,
    )
}
