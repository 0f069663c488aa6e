import oracledb from 'oracledb'
import type {
  ColumnFacts,
  ConnectOptions,
  Driver,
  DriverConnection,
  DriverResult,
  DriverResultSet,
} from '../../../adapters/database/oracle/driver.ts'

/** What a statement answers: rows of a query, or what a write or a block did. */
export type Answer =
  | { readonly columns?: readonly (ColumnFacts | string)[]; readonly rows: readonly (readonly unknown[])[] }
  | DriverResult

/** One statement as it came to the driver. */
export interface Sent {
  readonly sql: string
  readonly binds: readonly unknown[]
  readonly options: Readonly<Record<string, unknown>>
}

/** The driver's side of a connection, in the test's own hands: no server is behind it. */
export interface DriverDouble {
  readonly driver: Driver
  readonly sent: Sent[]
  /** Orders besides statements: `commit`, `rollback`, `break`, `ping`, `close`. */
  readonly orders: string[]
  /** Result sets that were not closed. */
  readonly open: Set<DriverResultSet>
}

/** The driver's own names and numbers, so that the double cannot have others. */
export const TYPES: Driver = oracledb

/** `answer` gives what a statement answers, or throws as the driver does. */
export function driverDouble(
  answer: (sent: Sent) => Answer | Promise<Answer>,
  { version = '23.4.0.24.5', isHealthy = (): boolean => true } = {},
): DriverDouble {
  const sent: Sent[] = []
  const orders: string[] = []
  const open = new Set<DriverResultSet>()
  const order = (name: string) => async () => {
    orders.push(name)
  }
  const run = async (statement: Sent): Promise<DriverResult> => {
    sent.push(statement)
    const given = await answer(statement)
    if (!('rows' in given)) return given
    return { resultSet: resultSet(given.rows, given.columns, open) }
  }
  const connection: DriverConnection = {
    oracleServerVersionString: version,
    execute: (sql, binds, options) => run({ sql, binds, options: { ...options } }),
    executeMany: (sql, rows, options) => run({ sql, binds: rows, options: { ...options } }),
    commit: order('commit'),
    rollback: order('rollback'),
    ping: order('ping'),
    breakExecution: order('break'),
    close: order('close'),
    isHealthy,
  }
  const driver: Driver = {
    ...TYPES,
    getConnection: async (_options: ConnectOptions) => connection,
  }
  return { driver, sent, orders, open }
}

export function resultSet(
  rows: readonly (readonly unknown[])[],
  columns: readonly (ColumnFacts | string)[] = [],
  open = new Set<DriverResultSet>(),
): DriverResultSet {
  let at = 0
  const metaData = columns.map((column) =>
    typeof column === 'string'
      ? { name: column, dbType: TYPES.DB_TYPE_VARCHAR, dbTypeName: 'VARCHAR2' }
      : column,
  )
  const set: DriverResultSet = {
    metaData,
    getRows: async (count) => {
      const part = rows.slice(at, at + count)
      at += part.length
      return part
    },
    close: async () => {
      open.delete(set)
    },
  }
  open.add(set)
  return set
}

/** A large object as the driver gives it. */
export function lob(data: string | Buffer, length = data.length) {
  const seen = { isRead: false, isClosed: false }
  return {
    seen,
    length,
    getData: async () => {
      seen.isRead = true
      return data
    },
    close: async () => {
      seen.isClosed = true
    },
  }
}

/** An error as the driver makes one of the server's message. */
export function serverError(message: string): Error {
  const [, digits = '0'] = /ORA-(\d+)/.exec(message) ?? []
  return Object.assign(new Error(message), { errorNum: Number(digits), code: `ORA-${digits}` })
}
