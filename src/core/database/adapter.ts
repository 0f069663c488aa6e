import type { Capability } from './capability.ts'
import type {
  CallQuery,
  CallResult,
  DeleteQuery,
  InsertQuery,
  Routine,
  RoutineKind,
  SelectQuery,
  SelectResult,
  UpdateQuery,
  WriteResult,
} from './query.ts'
import type { RelatedSelect, RowsAsBytes } from './rows-together.ts'
import type { Field, ForeignKey, TableDefinition } from './schema.ts'
import type { Row } from './value.ts'

/** Aborting the signal stops the statement in the database, not just our wait for it. */
export interface CallOptions {
  readonly signal: AbortSignal
}

export interface TransactionOptions extends CallOptions {
  /**
   * The work does nothing but call the records it is given, so it may be run again from the start when the database gave up the
   * transaction for the sake of another one (serialization failure, deadlock). Without it such an end is a retryable `conflict`.
   */
  readonly retry?: boolean
}

/** Reading and writing rows: the same on a connection of its own and inside a transaction. */
export interface Records {
  select(query: SelectQuery, options: CallOptions): Promise<SelectResult>
  insert(query: InsertQuery, options: CallOptions): Promise<WriteResult>
  update(query: UpdateQuery, options: CallOptions): Promise<WriteResult>
  delete(query: DeleteQuery, options: CallOptions): Promise<WriteResult>
}

/** Changes to the shape of a database. Names are checked by the caller; engines quote them. */
export type SchemaChange =
  | { readonly kind: 'create_table'; readonly table: TableDefinition }
  | { readonly kind: 'drop_table'; readonly table: string }
  | { readonly kind: 'add_field'; readonly table: string; readonly field: Field }
  | ({
      readonly kind: 'change_table'
      /** As it is. */
      readonly table: TableDefinition
    } & TableChange)

/** Another name for a table, or for one of its fields: all as the database spells it. */
export interface Rename {
  readonly table: string
  readonly field?: string
  /** Without the schema of the database that the table is in. */
  readonly to: string
}

/** What becomes of a table: all of it or, when one part fails, nothing. Its rows stay, without what is dropped. */
export interface TableChange {
  readonly add: readonly Field[]
  /** By their names: what they are to be. A type that is to stay is given by its `dbType`. */
  readonly change: readonly Field[]
  readonly drop: readonly string[]
  readonly addForeignKeys: readonly ForeignKey[]
  readonly dropForeignKeys: readonly ForeignKey[]
  readonly addUniqueKeys: readonly (readonly string[])[]
  readonly addIndexes: readonly string[]
  /** By their fields: constraints and indexes alike. */
  readonly dropUniqueKeys?: readonly (readonly string[])[]
  /** Indexes on this field alone. Throws `not_supported` where it leads indexes of several fields only. */
  readonly dropIndexes?: readonly string[]
}

/** What a select that is put together by the engine gives; undefined when it cannot do it, this time or ever. */
export type SelectTogether = (
  query: Omit<SelectQuery, 'as'>,
  related: readonly RelatedSelect[],
  options: CallOptions,
) => Promise<RowsAsBytes | undefined>

/**
 * The port: what every database engine gives the house. Throws only AppError: `conflict`, `bad_request`, `not_found`,
 * `timeout`, `unavailable`, `not_supported`. A single write is atomic by itself.
 */
export interface DatabaseAdapter extends Records {
  readonly capabilities: ReadonlySet<Capability>
  /** All tables and views in a constant number of catalogue queries. */
  readSchema(options: CallOptions): Promise<readonly TableDefinition[]>
  listRoutines(kind: RoutineKind, options: CallOptions): Promise<readonly Routine[]>
  call(query: CallQuery, options: CallOptions): Promise<CallResult>
  /** Commits when `work` resolves, rolls everything back when it rejects. Not nested. */
  transaction<T>(work: (records: Records) => Promise<T>, options: TransactionOptions): Promise<T>
  /**
   * The rows of a select in parts, in its order and as of one moment; the next part is fetched when the one before was taken,
   * so memory stays flat. Ending the iteration early lets go of the connection. There with the capability `stream`.
   */
  stream?(query: Omit<SelectQuery, 'as'>, options: CallOptions): AsyncIterable<readonly Row[]>
  /** The rows of a select and those that belong to them in one text: one statement for it and one for each relation. */
  readonly selectTogether?: SelectTogether
  /** One after the other; together where the engine can undo such changes (`schema.transactions`), else each by itself. */
  alter(changes: SchemaChange | readonly SchemaChange[], options: CallOptions): Promise<void>
  /** At once or not at all; keys and, where the database does that, views and triggers go on with it. There with `schema.rename`. */
  rename?(rename: Rename, options: CallOptions): Promise<void>
  /** Resolves when the database answers. */
  ping(options: CallOptions): Promise<void>
  /** What whoever looks after the service should know of it: rights that its login has and should not have. Plain sentences. */
  notes?(options: CallOptions): Promise<readonly string[]>
  /** Waits for running statements, then lets go of everything. Idempotent. */
  close(): Promise<void>
}
