import type { TableExtras } from '../../../core/database/extras.ts'
import type { Field, TableDefinition } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import { canBeVersion } from '../version-field.ts'

type Words = Pick<TableExtras, 'nameField' | 'versionField'>
type Said = { readonly [K in keyof Words]?: string | null }

/**
 * The fields that a table's words name, as the database spells them. What was kept of a column that is gone goes with it. Throws
 * `bad_request` for a name that is no field, and for a version that could not be one.
 */
export function fieldWords(kept: TableExtras, said: Said, table: TableDefinition): TableExtras {
  const { nameField, versionField, ...rest } = kept
  const version = columnSaid('version_field', versionField, said.versionField, { kept, table })
  if (version !== undefined && typeof said.versionField === 'string') requireVersion(version, kept, table)
  const name = columnSaid('name_field', nameField, said.nameField, { kept, table })
  return {
    ...rest,
    ...(name !== undefined && { nameField: name }),
    ...(version !== undefined && { versionField: version }),
  }
}

function columnSaid(
  parameter: string,
  name: string | undefined,
  said: string | null | undefined,
  { kept: { fields: words }, table: { fields } }: { kept: TableExtras; table: TableDefinition },
): string | undefined {
  if (name === undefined) return undefined
  const wanted = name.toLowerCase()
  const known = [...fields.map((field) => field.name), ...Object.keys(words)]
  const found =
    known.find((one) => one.toLowerCase() === wanted) ??
    Object.entries(words).find(([, { alias }]) => alias?.toLowerCase() === wanted)?.[0]
  if (found !== undefined || typeof said !== 'string') return found
  throw new AppError('bad_request', `'${parameter}': the table has no field '${name.slice(0, 64)}'.`, {
    context: { field: parameter },
  })
}

function requireVersion(name: string, { fields: words }: TableExtras, table: TableDefinition): void {
  const column = table.fields.find((field) => field.name === name)
  const functions = words[name]?.functions
  const field: Field | undefined = column && { ...column, ...(functions && { functions }) }
  if (field && canBeVersion(field) && !table.primaryKey.includes(name) && !table.isView) return
  throw new AppError('bad_request', `'version_field': '${name}' cannot tell the versions of a record.`, {
    hint: 'A column of a table that is no part of its key and has no functions: of whole numbers, moments, bytes or texts.',
    context: { field: 'version_field' },
  })
}
