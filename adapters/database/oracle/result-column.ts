import { AppError } from '../../../src/core/errors.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import type { ColumnFacts } from './driver.ts'

/**
 * What the values of a column of a cursor are, by the driver's name of its type. Numbers and documents come as text. Throws
 * `not_supported` for a column without a value of its own.
 */
export function kindOfResult({ name, dbType, dbTypeName, scale }: ColumnFacts): ColumnKind {
  if (WITHOUT_VALUE.has(dbType.name))
    throw new AppError(
      'not_supported',
      `The column '${name}' of a result has a type that has no value here.`,
      {
        hint: 'Let the routine give cursors without objects, collections, files and cursors in their columns.',
      },
    )
  const type = TYPES[dbTypeName] ?? 'text'
  if (dbTypeName === 'NUMBER' && scale === 0) return { type: 'integer', dbType: dbTypeName }
  return { type, dbType: dbTypeName }
}

/** node-oracledb, "Oracle Database Type Constants". */
const WITHOUT_VALUE: ReadonlySet<string> = new Set(['DB_TYPE_CURSOR', 'DB_TYPE_OBJECT', 'DB_TYPE_BFILE'])

const TYPES: Readonly<Record<string, ColumnKind['type']>> = {
  NUMBER: 'decimal',
  BINARY_FLOAT: 'float',
  BINARY_DOUBLE: 'float',
  BINARY_INTEGER: 'integer',
  BOOLEAN: 'boolean',
  JSON: 'json',
  DATE: 'timestamp',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  'TIMESTAMP WITH LOCAL TIME ZONE': 'timestamp',
  RAW: 'binary',
  BLOB: 'binary',
  'LONG RAW': 'binary',
}
