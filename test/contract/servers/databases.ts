/** Databases on one kind of server. The URL names a user who may create them. */
export interface Databases {
  /** Resolves when the server answers. */
  probe(url: string): Promise<void>
  /** Empty, UTF-8, compares by bytes. */
  create(url: string, name: string): Promise<void>
  /** Whoever is still connected is sent away. */
  drop(url: string, name: string): Promise<void>
  /** The URL of one of them, where that is not the server's with another path. */
  urlOf?(url: string, name: string): string
  /** Names that start so. */
  list(url: string, prefix: string): Promise<readonly string[]>
  /** Rows of one statement, on a connection of its own. */
  query(url: string, text: string): Promise<readonly Readonly<Record<string, unknown>>[]>
}
