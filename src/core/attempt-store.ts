/** Attempts that count, shared by all nodes. */
export interface AttemptStore {
  /** When each attempt under one of these keys stops counting, the earliest first. */
  load(keys: readonly string[]): Promise<readonly { readonly key: string; readonly until: Date }[]>
  /** One attempt under each key. */
  add(keys: readonly string[], until: Date): Promise<void>
  /** The key starts over. */
  remove(key: string): Promise<void>
}
