import { buildSchema } from '../../../core/database/build-schema.ts'
import type { Table, TableDefinition } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'

/** The table as queries want it, by the names of its columns. */
export function tableNamed(definition: TableDefinition): Table {
  const [table] = buildSchema([definition]).tables
  if (table) return table
  throw new AppError('internal', `Table '${definition.name}' is not there.`)
}
