/** What must be known of a server and of the database on it. */
export interface ServerFacts {
  /** Where bare names are looked for first. */
  readonly schema: string
  readonly database: string
  /** Reading may go on as of the moment when it began. */
  readonly allowsSnapshots: boolean
  readonly hasBinaryCollation: boolean
  /** SQL Server 2017 and later; what only speaks its protocol may lack it. */
  readonly hasTranslate: boolean
  /** Characters beyond U+FFFF count twice. */
  readonly isUtf16: boolean
}
