import type { SchemaChange } from '../../../core/database/adapter.ts'
import type { TableDefinition } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { GivenField } from './given-field.ts'

/** What a request means to do to one table of the database. */
export interface TablePlan {
  /** Undefined when the table stays as it is. */
  readonly change: SchemaChange | undefined
  /** The table as it will be. */
  readonly result: TableDefinition
  /** What is lost, in words for the caller; undefined when nothing is. */
  readonly loses: string | undefined
}

/** Throws `bad_request` for a field that is given twice. */
export function requireDistinct(fields: readonly GivenField[]): void {
  const seen = new Set<string>()
  for (const { name } of fields) {
    if (seen.has(name.toLowerCase()))
      throw new AppError('bad_request', `Field '${name}' is given twice.`, { context: { field: name } })
    seen.add(name.toLowerCase())
  }
}
