/** One browser that somebody signed in with. Its secrets are known here as keyed digests only. */
export interface BrowserSessionRecord {
  readonly userId: number
  /** How the account was when it began. */
  readonly mark: string
  /** Of the sign-in, in seconds since 1970. */
  readonly signedInAt: number
  readonly isForever: boolean
  readonly secretHash: string
  /** The one before; absent: there was none. */
  readonly previousHash?: string | undefined
  readonly rotatedAt: Date
}

/** The sessions of browsers, shared by all nodes; `key` is a digest as well. */
export interface BrowserSessionBook {
  open(key: string, record: Omit<BrowserSessionRecord, 'previousHash'>, expiresAt: Date): Promise<void>
  /** Undefined when it is over. */
  find(key: string): Promise<BrowserSessionRecord | undefined>
  /** False when `from` is not its secret any more: somebody else was first. */
  rotate(
    key: string,
    change: { readonly from: string; readonly to: string; readonly at: Date },
  ): Promise<boolean>
  end(key: string): Promise<void>
}
