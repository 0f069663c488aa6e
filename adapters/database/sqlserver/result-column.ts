import type { ResultColumn } from '../sql/connection.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import type { DriverColumn } from './ask.ts'

/** Columns that nobody asked for by name, those of a routine: two of one name are both kept, `id` and `id_2`. */
export function resultColumns(columns: readonly DriverColumn[]): readonly ResultColumn[] {
  const taken = new Set<string>()
  return columns.map((column, at) => {
    const name = column.colName || `column_${at + 1}`
    let free = name
    for (let count = 2; taken.has(free); count++) free = `${name}_${count}`
    taken.add(free)
    return { name: free, ...kindOf(column), computed: false }
  })
}

/** The kind that a column of a table of the same type has. */
function kindOf({ type, dataLength }: DriverColumn): ColumnKind {
  if (type.name === 'Real' || (type.name === 'FloatN' && dataLength === 4))
    return { type: 'float', dbType: 'real' }
  return KINDS[type.name] ?? { type: 'text', dbType: 'nvarchar(max)' }
}

const INTEGER: ColumnKind = { type: 'integer', dbType: 'bigint' }
const BIT: ColumnKind = { type: 'boolean', dbType: 'bit' }
const DECIMAL: ColumnKind = { type: 'decimal', dbType: 'decimal' }
const BYTES: ColumnKind = { type: 'binary', dbType: 'varbinary(max)' }

/** By the driver's names of the protocol's types (MS-TDS §2.2.5.4). */
const KINDS: Readonly<Record<string, ColumnKind>> = {
  TinyInt: INTEGER,
  SmallInt: INTEGER,
  Int: INTEGER,
  BigInt: INTEGER,
  IntN: INTEGER,
  Bit: BIT,
  BitN: BIT,
  DecimalN: DECIMAL,
  NumericN: DECIMAL,
  Money: DECIMAL,
  SmallMoney: DECIMAL,
  MoneyN: DECIMAL,
  Float: { type: 'float', dbType: 'float' },
  FloatN: { type: 'float', dbType: 'float' },
  Binary: BYTES,
  VarBinary: BYTES,
  Image: BYTES,
  UDT: BYTES,
}
