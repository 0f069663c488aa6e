import type { CallOptions, SchemaChange } from '../../../src/core/database/adapter.ts'
import { type CatalogueConnection, grouped, isTrue, readIfThere, readOwn } from './catalogue-rows.ts'
import { quotedTable } from './column-definition.ts'

/** What hangs on the columns of a table and has a name of its own. */
export interface TableObjects {
  readonly indexes: readonly {
    readonly name: string
    readonly isUnique: boolean
    readonly isPrimary: boolean
    /** A constraint, which is dropped as one. */
    readonly isConstraint: boolean
    readonly fields: readonly string[]
  }[]
  readonly defaults: readonly { readonly name: string; readonly field: string; readonly definition: string }[]
  readonly checks: readonly { readonly name: string; readonly definition: string }[]
}

const NO_OBJECTS: TableObjects = { indexes: [], defaults: [], checks: [] }

/** Of a table that is to be changed. */
export async function readTableObjects(
  connection: CatalogueConnection,
  change: SchemaChange,
  options: CallOptions,
): Promise<TableObjects> {
  if (change.kind !== 'change_table') return NO_OBJECTS
  const parameters = [quotedTable(change.table.name)]
  const parts = await readOwn(connection, { ...INDEXES, parameters }, options)
  const defaults = await readOwn(connection, { ...DEFAULTS, parameters }, options)
  const checks = await readIfThere(connection, { ...CHECKS, parameters }, options)
  return {
    indexes: [...grouped(parts, ({ name }) => String(name))].map(([name, of]) => ({
      name,
      isUnique: isTrue(of[0]?.is_unique ?? false),
      isPrimary: isTrue(of[0]?.is_primary ?? false),
      isConstraint: isTrue(of[0]?.is_constraint ?? false),
      fields: of.map(({ field }) => String(field)),
    })),
    defaults: defaults.map((row) => ({
      name: String(row.name),
      field: String(row.field),
      definition: String(row.definition),
    })),
    checks: checks.map((row) => ({ name: String(row.name), definition: String(row.definition) })),
  }
}

const INDEXES = {
  columns: {
    name: 'i.name',
    is_unique: 'i.is_unique',
    is_primary: 'i.is_primary_key',
    is_constraint: 'i.is_unique_constraint',
    field: 'c.name',
  },
  from: `from sys.indexes i
    join sys.index_columns x on x.object_id = i.object_id and x.index_id = i.index_id and x.key_ordinal > 0
    join sys.columns c on c.object_id = x.object_id and c.column_id = x.column_id
    where i.object_id = object_id(@1) order by i.index_id, x.key_ordinal`,
}

const DEFAULTS = {
  columns: { name: 'd.name', field: 'c.name', definition: 'd.definition' },
  from: `from sys.default_constraints d
    join sys.columns c on c.object_id = d.parent_object_id and c.column_id = d.parent_column_id
    where d.parent_object_id = object_id(@1)`,
}

const CHECKS = {
  columns: { name: 'k.name', definition: 'k.definition' },
  from: 'from sys.check_constraints k where k.parent_object_id = object_id(@1)',
}
