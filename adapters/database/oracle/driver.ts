/**
 * What is used of the driver, which has no types of its own. Source: node-oracledb's documentation, appendix A "API Reference"
 * (node-oracledb.readthedocs.io).
 */
export interface Driver {
  getConnection(options: ConnectOptions): Promise<DriverConnection>
  /** Types of bound and fetched values, directions and formats: objects and numbers of the driver. */
  readonly DB_TYPE_VARCHAR: DriverType
  readonly DB_TYPE_NVARCHAR: DriverType
  readonly DB_TYPE_NUMBER: DriverType
  readonly DB_TYPE_BINARY_DOUBLE: DriverType
  readonly DB_TYPE_BOOLEAN: DriverType
  readonly DB_TYPE_RAW: DriverType
  readonly DB_TYPE_CLOB: DriverType
  readonly DB_TYPE_BLOB: DriverType
  readonly DB_TYPE_CURSOR: DriverType
  readonly DB_TYPE_JSON: DriverType
  readonly DB_TYPE_VECTOR: DriverType
  readonly BIND_IN: number
  readonly BIND_INOUT: number
  readonly BIND_OUT: number
  readonly OUT_FORMAT_ARRAY: number
}

/** Opaque, but for its name. */
export interface DriverType {
  readonly name: string
}

export interface ConnectOptions {
  readonly user: string
  readonly password: string
  readonly connectString: string
  readonly configDir?: string
  readonly walletLocation?: string
  readonly walletPassword?: string
  readonly sslServerDNMatch?: boolean
  readonly stmtCacheSize?: number
  /** In seconds. */
  readonly connectTimeout?: number
  /** In seconds. */
  readonly transportConnectTimeout?: number
}

/** A value with its type and direction. */
export interface Bind {
  readonly dir: number
  readonly type: DriverType
  readonly val?: unknown
  readonly maxSize?: number
}

export interface ColumnFacts {
  readonly name: string
  readonly dbType: DriverType
  readonly dbTypeName: string
  readonly scale?: number
}

export interface ExecuteOptions {
  readonly autoCommit?: boolean
  readonly resultSet?: boolean
  readonly outFormat?: number
  readonly fetchArraySize?: number
  readonly prefetchRows?: number
  readonly fetchTypeHandler?: (column: ColumnFacts) => { readonly type: DriverType } | undefined
}

export interface DriverResult {
  readonly rowsAffected?: number
  readonly resultSet?: DriverResultSet
  /** Of one execution: by position; of several: a list for each. DML returning gives a list for each place. */
  readonly outBinds?: readonly unknown[]
  readonly implicitResults?: readonly DriverResultSet[]
}

export interface DriverResultSet {
  readonly metaData: readonly ColumnFacts[]
  getRows(count: number): Promise<readonly (readonly unknown[])[]>
  close(): Promise<void>
}

/** A large object, read when it is asked for. */
export interface DriverLob {
  /** In characters, or bytes of a binary one. */
  readonly length: number
  getData(): Promise<string | Buffer | null>
  close(): Promise<void>
}

export interface DriverConnection {
  readonly oracleServerVersionString: string
  execute(sql: string, binds: readonly unknown[], options: ExecuteOptions): Promise<DriverResult>
  executeMany(
    sql: string,
    rows: readonly (readonly unknown[])[],
    options: { readonly autoCommit: boolean; readonly bindDefs: readonly Bind[] },
  ): Promise<DriverResult>
  commit(): Promise<void>
  rollback(): Promise<void>
  ping(): Promise<void>
  breakExecution(): Promise<void>
  isHealthy(): boolean
  close(): Promise<void>
}

export function isLob(value: unknown): value is DriverLob {
  return typeof value === 'object' && value !== null && 'getData' in value && 'length' in value
}

export function isResultSet(value: unknown): value is DriverResultSet {
  return typeof value === 'object' && value !== null && 'getRows' in value && 'metaData' in value
}

/** The socket below a connection: the driver itself closes by asking the server, which may not answer. */
export function closeSocket(connection: DriverConnection): void {
  // Nothing public ends a connection without a round trip; a driver that has other insides is asked to close in its own time.
  const { _impl: inside } = connection as { readonly _impl?: { readonly nscon?: Session } }
  if (inside?.nscon?.forceDisconnect)
    inside.nscon.forceDisconnect(new Error('The connection was closed here.'))
  connection.close().catch(() => {})
}

/** Bytes of a text of SQL: 4000, or what a database with MAX_STRING_SIZE = EXTENDED told when the session began. */
export function longestText(connection: DriverConnection): number {
  // Nothing public tells it; the driver itself goes by it. One with other insides has the size that every database takes.
  const { _impl: inside } = connection as { readonly _impl?: Inside }
  return inside?._protocol?.caps?.maxStringSize || USUAL_TEXT
}

interface Inside {
  readonly _protocol?: { readonly caps?: { readonly maxStringSize?: number } }
}

const USUAL_TEXT = 4000

interface Session {
  forceDisconnect?(error: Error): void
}
