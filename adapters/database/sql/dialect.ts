import type { QueryCompiler, RawBuilder } from 'kysely'
import type { Aggregate, InsertQuery, TextMatch } from '../../../src/core/database/query.ts'
import type { Field, Table } from '../../../src/core/database/schema.ts'
import type { Value } from '../../../src/core/database/value.ts'

import type { ResultColumn, StatementText } from './connection.ts'
import type { ExpressionWords } from './expression-sql.ts'
import type { IntegerRange } from './integer-range.ts'
import type { ColumnKind } from './value-type.ts'

/** A piece of SQL: identifiers are quoted and values bound by Kysely when the whole is compiled. */
export type Fragment = RawBuilder<unknown>

/** Where SQL engines differ. `P` is what the driver takes as a parameter. */
export interface SqlDialect<P> {
  /** Quotes identifiers and writes placeholders; a new one for each statement. */
  createQueryCompiler(): QueryCompiler
  /** The table's name as an identifier: `a.b` is schema and table where the engine has schemas. Given is its `source`, if it has one. */
  table(name: string): Fragment
  /** Most placeholders in one statement. */
  readonly maxParameters: number
  /** Most bytes of one statement with its values; absent where there is no such limit. */
  readonly maxBytes?: number
  /** Where nulls stand in the engine's own ascending order. */
  readonly nullsAre: 'smallest' | 'largest'
  /** How the other place is asked for: `NULLS FIRST`, or a leading `CASE` term. */
  readonly nullsBy: 'syntax' | 'case'
  /** Row limit, at the end of a select. */
  limit(rows: Fragment, offset: Fragment | undefined): Fragment
  /** A whole select with its row limit, where the engine has no words for one at the end. `columns` are its output names. */
  limited?(
    select: Fragment,
    columns: readonly string[],
    rows: Fragment,
    offset: Fragment | undefined,
  ): Fragment
  /** A locked select takes no row limit: the rows that it locks are found by a query inside it, and known by this column. */
  readonly lockedBy?: Fragment
  /** Most values in one list of `in`; absent where there is no such limit. */
  readonly maxListLength?: number
  /** A comparison, where the engine's own signs do not compare values of this kind. */
  compare?(column: Fragment, op: Fragment, value: Fragment, kind: ColumnKind): Fragment | undefined
  /** A column as rows are grouped by it and told apart, where the engine cannot by the column itself. */
  keyAs?(column: Fragment, kind: ColumnKind): Fragment
  /** A column as rows are sorted by it, where the engine cannot by the column itself. Different rows are sorted by what is selected. */
  sortAs?(column: Fragment, kind: ColumnKind, isDistinct: boolean): Fragment
  /** Stands for an order that nobody asked for, where the engine numbers and limits ordered rows only; `distinct`: of different rows. */
  readonly anyOrder?: { readonly rows: Fragment; readonly distinct: Fragment }
  /** HAVING knows no computed value that is grouped by, but aggregates of it. */
  readonly havingByAggregate?: true
  /** Ends a select whose rows are locked; absent where writing transactions take turns anyway. */
  readonly lock?: Fragment
  /** Stands behind a table whose rows are locked, where that is said there. */
  readonly lockedTable?: Fragment
  /** True when the column matches `pattern(op, …)`, ignoring the case of ASCII letters. */
  match(op: 'like' | TextMatch, column: Fragment, pattern: Fragment, kind: ColumnKind): Fragment
  /**
   * The value bound for `match`. For `like` the text is a pattern without an escape character; for the others it is
   * literal, so `%`, `_` and the engine's escape character are escaped here.
   */
  pattern(op: 'like' | TextMatch, text: string, kind: ColumnKind): string
  /** Ends an insert: on a clash of `keys`, set `fields` to the values given. */
  upsert(keys: readonly string[], fields: readonly string[]): Fragment
  /** Whole writes, where they are not `insert … values … returning …`; `upsert` and `emptyInsert` are not used then. */
  readonly writes?: WriteWords
  /** The same for tables with triggers, where they are written in another way. Values stand in the same order. */
  readonly triggeredWrites?: WriteWords
  /** An aggregate of a column, where the engine's own would overflow, round or refuse; undefined: the engine's own. */
  aggregate?(aggregate: Aggregate, column: Fragment, kind: ColumnKind): Fragment | undefined
  /** Stands for columns and values of an insert that gives none. */
  readonly emptyInsert: Fragment | ((table: Table) => Fragment)
  /** `store` throws `bad_request` for a value that the engine cannot keep as it is; `compare` never throws. */
  bind(value: Value, kind: ColumnKind, use: 'store' | 'compare'): P
  /** Writes whose rows the engine returns by itself (`RETURNING`); for the others they are read in the same transaction. */
  readonly returning: ReadonlySet<StatementText['verb']>
  /** What a select calls the value of an aggregate, where not every text is a name. */
  outputName?(alias: string): string
  /** Ends a write that returns these values; absent: `returning …`. */
  returned?(outputs: readonly Fragment[]): Fragment
  /** A column as it is selected, where the driver's own form of its values would not do: `ST_AsText(column)`. */
  readAs?(column: Fragment, kind: ColumnKind): Fragment
  /** Of what a bound value can be where a column of this kind is compared; absent: any whole number. */
  integerRange?(kind: ColumnKind): IntegerRange | undefined
  /** A bound value as it is compared with a column of this kind: `value::bigint`. */
  compareAs?(value: Fragment, kind: ColumnKind): Fragment
  /** Keys that are not known yet, and what stands for them until they are: any number in one parameter, or a range. */
  readonly keys?: {
    readonly list: P
    readonly first: P
    readonly last: P
    among(column: Fragment, list: Fragment): Fragment
  }
  /** One more than a column of whole numbers; absent where a sum that does not fit is an error anyway. */
  raise?(column: Fragment): Fragment
  /** A bound value as it is stored: `ST_GeomFromText(value)`. */
  writeAs?(value: Fragment, kind: ColumnKind): Fragment
  /** How it writes what fields are computed with. */
  readonly expressions: ExpressionWords
  /** What is sent in place of a statement that returns rows, where the engine shapes them itself. */
  finish?(statement: Fragment, columns: readonly ResultColumn[], verb: StatementText['verb']): Fragment
  /** Whether the rows of a select can be read as they are too, without `finish`: then there is a text for both ways. */
  readsPlainly?(columns: readonly ResultColumn[]): boolean
  /** The parameter of this number, from 1, once more, where a value that stands in several places can be given once. */
  parameterAgain?(number: number): Fragment
  /** Inserts of many rows by one parameter: any number of rows, one statement text. */
  readonly bulk?: {
    /** Fewest rows for which it is used. */
    readonly from: number
    /** Stands for `values (…), (…)` after the column list. */
    rows(fields: readonly Field[], table: Fragment, parameter: Fragment): Fragment
    /** All rows as one parameter. Throws as `bind` for `store`. */
    pack(rows: InsertQuery['rows'], cells: readonly InsertedCell[]): P
  }
}

/** What the rows of an insert call a field, and the field. */
interface InsertedCell {
  readonly name: string
  readonly field: Field
}

/** The parts of a write. */
interface WriteParts {
  readonly definition: Table
  readonly table: Fragment
  /** What is given back, the columns of a row called `of`: `"inserted"."id"`. Empty when nothing is. */
  returned(of: string): readonly Fragment[]
}

export interface InsertParts extends WriteParts {
  /** Names of the columns that are written. */
  readonly columns: readonly string[]
  /** Values of each row, in the order of the columns. */
  readonly rows: readonly (readonly Fragment[])[]
  /** Of an upsert: by which columns a row is the same, and which are set then. */
  readonly conflict: { readonly keys: readonly string[]; readonly set: readonly string[] } | undefined
}

export interface UpdateParts extends WriteParts {
  /** `"a" = @1`, one for each column. */
  readonly sets: readonly Fragment[]
  readonly where: Fragment
}

export interface DeleteParts extends WriteParts {
  readonly where: Fragment | undefined
}

/** Writes of an engine with words of its own for them. */
export interface WriteWords {
  insert(parts: InsertParts): Fragment
  update(parts: UpdateParts): Fragment
  delete(parts: DeleteParts): Fragment
}

/** Literal text as a LIKE pattern: what `pattern` does for the literal matches, with the engine's special characters. */
export function literalPattern(op: TextMatch, text: string, special: RegExp): string {
  const literal = text.replace(special, '\\$&')
  switch (op) {
    case 'contains':
      return `%${literal}%`
    case 'starts_with':
      return `${literal}%`
    case 'ends_with':
      return `%${literal}`
  }
}
