import type { ColumnKind } from '../sql/value-type.ts'
import type { DriverColumn } from './driver-answer.ts'

const BINARY = 63

/** The kind of a column that nobody asked for by name, one of a routine: that which the same column of a table has. */
export function kindOfResult(column: DriverColumn): ColumnKind {
  if (column.extendedFormat === 'json') return { type: 'json', dbType: 'json' }
  return KINDS[column.columnType]?.(column) ?? textOrBytes(column)
}

const integer = (): ColumnKind => ({ type: 'integer', dbType: 'int' })
const decimal = (): ColumnKind => ({ type: 'decimal', dbType: 'decimal' })
const date = (): ColumnKind => ({ type: 'date', dbType: 'date' })
const moment = (word: 'timestamp' | 'datetime' | 'time') => (column: DriverColumn) => ({
  type: word === 'time' ? ('time' as const) : ('timestamp' as const),
  dbType: column.decimals > 0 && column.decimals <= 6 ? `${word}(${column.decimals})` : word,
})

const KINDS: Readonly<Record<number, (column: DriverColumn) => ColumnKind>> = {
  0: decimal,
  1: ({ columnLength }) =>
    columnLength === 1 ? { type: 'boolean', dbType: 'tinyint(1)' } : { type: 'integer', dbType: 'tinyint' },
  2: integer,
  3: integer,
  4: () => ({ type: 'float', dbType: 'float' }),
  5: () => ({ type: 'float', dbType: 'double' }),
  7: moment('timestamp'),
  8: () => ({ type: 'integer', dbType: 'bigint' }),
  9: integer,
  10: date,
  11: moment('time'),
  12: moment('datetime'),
  13: () => ({ type: 'integer', dbType: 'year' }),
  14: date,
  16: ({ columnLength }) => ({
    type: columnLength === 1 ? 'boolean' : 'integer',
    dbType: `bit(${columnLength})`,
  }),
  245: () => ({ type: 'json', dbType: 'json' }),
  246: decimal,
  // The driver gives shapes as objects of coordinates.
  255: () => ({ type: 'json', dbType: 'geometry' }),
}

function textOrBytes({ characterSet, extendedTypeName }: DriverColumn): ColumnKind {
  return characterSet === BINARY && extendedTypeName === undefined
    ? { type: 'binary', dbType: 'blob' }
    : { type: 'text', dbType: 'text' }
}
