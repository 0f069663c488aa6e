import type { Field, SimpleType } from '../../../src/core/database/schema.ts'
import type { TypeRow } from './catalogue-rows.ts'

export type ColumnType = Pick<Field, 'type' | 'dbType' | 'length' | 'precision' | 'scale' | 'values'>

/** A type of the catalogue → its simple type (dreamfactory-rest §5.3). A domain is what it stands for. */
export function columnType([, , dbType, baseName, kind, isArray, , , values]: TypeRow): ColumnType {
  const type = simpleType(baseName, kind, isArray)
  const [, first, second] = /\((-?\d+)(?:,(-?\d+))?\)/.exec(dbType) ?? []
  if (type === 'decimal' && first !== undefined)
    return { type, dbType, precision: Number(first), scale: Number(second ?? 0) }
  if (type === 'string' && first !== undefined && kind === 'b') return { type, dbType, length: Number(first) }
  return values ? { type, dbType, values } : { type, dbType }
}

function simpleType(baseName: string | null, kind: string, isArray: boolean): SimpleType {
  if (isArray) return 'array'
  if (kind === 'c') return 'object'
  return (baseName !== null && kind === 'b' && SIMPLE_TYPES.get(baseName)) || 'string'
}

/** By pg_type.typname. Absent ones are texts: bit strings, intervals, network addresses, ranges, geometry, … */
const SIMPLE_TYPES: ReadonlyMap<string, SimpleType> = new Map<string, SimpleType>([
  ['bool', 'boolean'],
  ['int2', 'integer'],
  ['int4', 'integer'],
  ['int8', 'bigint'],
  ['oid', 'bigint'],
  ['numeric', 'decimal'],
  ['money', 'money'],
  ['float4', 'float'],
  ['float8', 'double'],
  ['text', 'text'],
  ['citext', 'text'],
  ['xml', 'text'],
  ['bytea', 'binary'],
  ['date', 'date'],
  ['time', 'time'],
  ['timetz', 'timetz'],
  ['timestamp', 'timestamp'],
  ['timestamptz', 'timestamptz'],
  ['json', 'json'],
  ['jsonb', 'jsonb'],
  ['uuid', 'uuid'],
])
