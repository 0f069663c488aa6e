/** What of T-SQL a change of the schema is written with. */
export interface SchemaWords {
  /** Indexes of the rows that have values: a constraint takes a single null, unless the server does not count nulls as equal. */
  readonly hasFilters: boolean
  /** The type of a column is changed together with whether it takes null. */
  readonly hasNullWord: boolean
  /** A default has a name by which it is dropped; otherwise the column's new type goes by itself. */
  readonly namesDefaults: boolean
}

export const ALL_WORDS: SchemaWords = { hasFilters: true, hasNullWord: true, namesDefaults: true }

/**
 * For servers that only speak the protocol: Babelfish has no filters, no NULL behind ALTER COLUMN and defaults without names of their own
 * (docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/babelfish-compatibility.tsql.limitations.html).
 */
export const FEW_WORDS: SchemaWords = { hasFilters: false, hasNullWord: false, namesDefaults: false }
