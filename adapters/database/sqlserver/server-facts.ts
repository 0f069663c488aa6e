/** What must be known of a server and of the database on it. */
export interface ServerFacts {
  /** Where bare names are looked for first. */
  readonly schema: string
  /** Reading may go on as of the moment when it began. */
  readonly allowsSnapshots: boolean
  /** A collation that compares by code point; undefined where texts are compared as their column says. */
  readonly binaryCollation: string | undefined
  /** SQL Server 2017 and later; what only speaks its protocol may lack it. */
  readonly hasTranslate: boolean
  /** Characters beyond U+FFFF count twice. */
  readonly isUtf16: boolean
  /** Several statements go in one order, conditions among them. Otherwise each is sent by itself. */
  readonly hasBatches: boolean
  /** Rows that are deleted come back by OUTPUT. Otherwise they are read before. */
  readonly deletesWithOutput: boolean
}
