import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { SelectQuery, SelectResult, WriteResult } from '../../../src/core/database/query.ts'
import type { Table } from '../../../src/core/database/schema.ts'
import type { ColumnKind } from './value-type.ts'

/** A column of a statement's result, in order. */
export interface ResultColumn extends ColumnKind {
  readonly name: string
  /** A SUM or AVG: may carry rounding errors of binary floating point that the stored values do not have. */
  readonly computed: false | 'sum' | 'mean'
  /** A column of a table, read as it is kept there. */
  readonly isStored?: true
}

/**
 * Statement text with what an engine must know to run it and to explain its failure. Queries of one shape share one
 * frozen object, so an engine may key prepared statements by its identity.
 */
export interface StatementText {
  /** `other`: not about the rows of a table. */
  readonly verb: 'select' | 'insert' | 'update' | 'delete' | 'other'
  readonly sql: string
  /** Empty: the statement returns no rows. */
  readonly columns: readonly ResultColumn[]
  readonly table: Table | undefined
  /** Fields that an insert or update writes. */
  readonly written: readonly string[]
  /** The same select as it was before the engine's `finish`, where its rows can be read as they are. */
  readonly plain?: StatementText
  /** The same write, for a table whose triggers the engine does not take it with. */
  readonly triggered?: string
}

/** `P` is what the engine's driver takes as a parameter. */
export interface Statement<P> {
  readonly text: StatementText
  /** In the order of the placeholders. */
  readonly parameters: readonly P[]
}

/** The columns of a statement that hold JSON. */
export function documentsIn({ columns }: Pick<StatementText, 'columns'>): readonly string[] {
  return columns.filter(({ type }) => type === 'json').map(({ name }) => name)
}

/** A statement written by an engine itself, for its catalogue or its transactions: its rows are texts and numbers. */
export function ownStatement<P>(
  sql: string,
  columns: readonly string[] = [],
  parameters: readonly P[] = [],
): Statement<P> {
  const shown = columns.map((name): ResultColumn => ({ name, type: 'text', dbType: '', computed: false }))
  return {
    text: Object.freeze({ verb: 'other', sql, columns: shown, table: undefined, written: [] }),
    parameters,
  }
}

/** What a statement did. */
export interface StatementResult extends WriteResult {
  /** Numbers that the engine gave to the rows of an insert, where it tells them without RETURNING: `first`, `first + step` … */
  readonly insertIds?: { readonly first: bigint; readonly step: number }
}

export interface ReadOptions extends CallOptions {
  /** As in a query. */
  readonly lines?: number | undefined
  readonly isBrief?: boolean | undefined
}

/**
 * What an engine gives the kit: a place to run statements, either a pool in autocommit or one open transaction. Rows
 * come back ready for the wire (`Row` in core/database/value.ts). Throws only AppError.
 */
export interface Connection<P> {
  read(statement: Statement<P>, as: SelectQuery['as'], options: ReadOptions): Promise<SelectResult>
  /** All or none of the statements take effect; results in their order. */
  write(statements: readonly Statement<P>[], options: CallOptions): Promise<readonly StatementResult[]>
  /**
   * The work in one transaction: the one that is open, or one of its own. It does nothing but use the connection it is given,
   * so it may be run again from the start.
   */
  together<T>(work: (connection: Connection<P>) => Promise<T>, options: CallOptions): Promise<T>
}
