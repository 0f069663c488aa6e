import type { ForeignKey } from '../../../src/core/database/schema.ts'
import {
  type CatalogueRow,
  type CatalogueRows,
  type ConstraintRow,
  grouped,
  tableOf,
} from './catalogue-rows.ts'
import type { ShownNames } from './shown-names.ts'

/** The keys of one table by the names that callers know. */
export interface Keys {
  readonly primaryKey: readonly string[]
  readonly uniqueKeys: readonly (readonly string[])[]
  readonly foreignKeys: readonly ForeignKey[]
  readonly indexedFields: readonly string[]
}

export function keysByTable(rows: CatalogueRows, names: ShownNames): (table: string) => Keys {
  const constraints = grouped(rows.constraints, tableOf)
  const indexes = grouped(rows.indexes, tableOf)
  const byName = new Map(rows.constraints.map((row) => [identityOf(row.owner, row.name), row]))
  const parts = grouped(rows.keyFields, (row) => identityOf(row.owner, row.constraint))
  const fieldsOf = (row: ConstraintRow) =>
    (parts.get(identityOf(row.owner, row.name)) ?? []).map(({ field }) =>
      names.field(tableOf(row), String(field)),
    )
  return (table) => {
    const own = constraints.get(table) ?? []
    const primaryKey = own.filter(({ kind }) => kind === 'P').flatMap(fieldsOf)
    const ownIndexes = indexesOf(indexes.get(table) ?? [], (field) => names.field(table, field))
    const ofConstraints = own.filter(({ kind }) => kind === 'U').map(fieldsOf)
    const ofIndexes = ownIndexes.filter(({ isUnique }) => isUnique).map(({ fields }) => fields)
    return {
      primaryKey,
      uniqueKeys: different([...ofConstraints, ...ofIndexes], primaryKey),
      foreignKeys: own
        .filter(({ kind }) => kind === 'R')
        .flatMap((row) =>
          foreignKey(row, byName.get(identityOf(row.ref_owner, row.ref_name)), { fieldsOf, names }),
        ),
      indexedFields: [
        ...new Set(ownIndexes.flatMap(({ isUnique, fields }) => (isUnique ? [] : fields.slice(0, 1)))),
      ],
    }
  }
}

interface Index {
  readonly isUnique: boolean
  /** Without those that are expressions. */
  readonly fields: readonly string[]
}

/** An index over an expression has a column that the table does not show: as a key it says nothing of the fields. */
function indexesOf(
  rows: readonly CatalogueRow<'index_owner' | 'name' | 'unique' | 'field'>[],
  shown: (field: string) => string,
): Index[] {
  return [...grouped(rows, (row) => identityOf(row.index_owner, row.name)).values()].map((parts) => {
    const isPlain = parts.every(({ field }) => field !== null && !/^SYS_(NC\d+\$|STU)/.test(field))
    return {
      isUnique: parts[0]?.unique === 'UNIQUE',
      fields: isPlain ? parts.map(({ field }) => shown(String(field))) : [],
    }
  })
}

/** A constraint and its index are one key, and the primary key is none of the others. */
function different(
  keys: readonly (readonly string[])[],
  primaryKey: readonly string[],
): (readonly string[])[] {
  const known = new Set([primaryKey.join('\u0000')])
  return keys.filter((fields) => {
    const key = fields.join('\u0000')
    if (fields.length === 0 || known.has(key)) return false
    known.add(key)
    return true
  })
}

/** Nothing for one that points to a table of another owner that is not shown. */
function foreignKey(
  row: ConstraintRow,
  target: ConstraintRow | undefined,
  { fieldsOf, names }: { readonly fieldsOf: (row: ConstraintRow) => string[]; readonly names: ShownNames },
): ForeignKey[] {
  if (!target) return []
  return [
    {
      name: String(row.name),
      fields: fieldsOf(row),
      refTable: names.table(tableOf(target)),
      refFields: fieldsOf(target),
      // There is no rule for updates here.
      onUpdate: 'NO ACTION',
      onDelete: String(row.on_delete ?? 'NO ACTION'),
    },
  ]
}

function identityOf(owner: string | null, name: string | null): string {
  return `${owner}\u0000${name}`
}
