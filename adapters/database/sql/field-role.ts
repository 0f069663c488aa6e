import {
  type Field,
  type ForeignKey,
  type SimpleType,
  valueClassOf,
} from '../../../src/core/database/schema.ts'

/** `id` for the table's own number, `reference` for another table's (dreamfactory-rest §5.3). */
export function roleOf(
  { name, type, autoIncrement }: Field,
  {
    primaryKey,
    foreignKeys,
  }: { readonly primaryKey: readonly string[]; readonly foreignKeys: readonly ForeignKey[] },
): SimpleType | undefined {
  if (valueClassOf(type) !== 'integer') return undefined
  const isKey = primaryKey.length === 1 && primaryKey[0] === name
  if (autoIncrement && isKey) return 'id'
  const isReference = foreignKeys.some(({ fields }) => fields.length === 1 && fields[0] === name)
  return isReference ? 'reference' : undefined
}
