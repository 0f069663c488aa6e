/** What the driver tells of a column of a result. */
export interface DriverColumn {
  readonly name: string
  /** Number of the protocol's type (dev.mysql.com/doc/dev/mysql-server, enum_field_types). */
  readonly columnType: number
  /** Number of the character set; 63 is `binary`. */
  readonly characterSet: number
  /** Display width in bytes or digits. */
  readonly columnLength: number
  readonly decimals: number
  /** MariaDB: `json` where the column is text on the wire. */
  readonly extendedFormat?: string | undefined
  /** MariaDB: `uuid`, `inet6` … where the column is text on the wire. */
  readonly extendedTypeName?: string | undefined
}

/** One answer of the server: rows as lists of values, or what a write did. A call of a procedure has several. */
export interface DriverAnswer {
  readonly rows: readonly (readonly unknown[])[]
  readonly columns: readonly DriverColumn[]
  readonly affected: number
  /** The first number that an insert was given, 0 when there is none. */
  readonly insertId: bigint
}

/** What the driver hands over: one answer as it is, several as a list with a list of their columns. */
export function answersOf(result: unknown, columns: unknown): readonly DriverAnswer[] {
  const isList = Array.isArray(columns) && columns.some((each) => each === undefined || Array.isArray(each))
  if (!isList || !Array.isArray(result)) return [answerOf(result, columns)]
  return result.map((each, at) => answerOf(each, columns[at]))
}

function answerOf(result: unknown, columns: unknown): DriverAnswer {
  if (Array.isArray(result) && Array.isArray(columns)) {
    // The connection asks for rows as lists, and the driver describes each of their values.
    return { ...NOTHING, rows: result as unknown[][], columns: columns as DriverColumn[] }
  }
  if (typeof result !== 'object' || result === null) return NOTHING
  const header: { affectedRows?: unknown; insertId?: unknown } = result
  return { ...NOTHING, affected: Number(header.affectedRows ?? 0), insertId: insertIdOf(header.insertId) }
}

const NOTHING: DriverAnswer = { rows: [], columns: [], affected: 0, insertId: 0n }

/** The driver takes it for a signed number. */
function insertIdOf(id: unknown): bigint {
  return typeof id === 'number' || typeof id === 'string' ? BigInt.asUintN(64, BigInt(id)) : 0n
}
