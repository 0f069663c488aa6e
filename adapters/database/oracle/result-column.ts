import type { ColumnKind } from '../sql/value-type.ts'
import type { ColumnFacts } from './driver.ts'

/** What the values of a column of a cursor are, by the driver's name of its type. Numbers come as text, moments as dates. */
export function kindOfResult({ dbTypeName, scale }: ColumnFacts): ColumnKind {
  const type = TYPES[dbTypeName] ?? 'text'
  if (dbTypeName === 'NUMBER' && scale === 0) return { type: 'integer', dbType: dbTypeName }
  return { type, dbType: dbTypeName }
}

const TYPES: Readonly<Record<string, ColumnKind['type']>> = {
  NUMBER: 'decimal',
  BINARY_FLOAT: 'float',
  BINARY_DOUBLE: 'float',
  BINARY_INTEGER: 'integer',
  BOOLEAN: 'boolean',
  DATE: 'timestamp',
  TIMESTAMP: 'timestamp',
  'TIMESTAMP WITH TIME ZONE': 'timestamp',
  'TIMESTAMP WITH LOCAL TIME ZONE': 'timestamp',
  RAW: 'binary',
  BLOB: 'binary',
  'LONG RAW': 'binary',
}
