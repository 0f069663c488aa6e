/** Programs that people connected by the authorization server of this program. */
export interface OauthConnections {
  /** Those that hold now, in order of their ids. */
  list(whose: Whose): Promise<readonly OauthConnection[]>
  /** Ends these on every node; none where one of them is not there. Throws `not_found`. */
  end(ids: readonly number[], whose: Whose): Promise<void>
}

/** Whose connections somebody may know of. */
export interface Whose {
  /** Absent: of everybody. */
  readonly userId?: number | undefined
  /** False: not those of administrators. */
  readonly hasAdministrators: boolean
}

/** Dates are UTC, `YYYY-MM-DD HH:MM:SS`. */
export interface OauthConnection {
  readonly id: number
  readonly userId: number
  readonly clientId: string
  /** As the program calls itself. */
  readonly clientName: string
  /** The address its tokens are for. */
  readonly resource: string
  readonly scopes: readonly string[]
  /** Undefined: an administrator whom no role binds. */
  readonly app: string | undefined
  /** That a call would have now; undefined for none. */
  readonly role: string | undefined
  readonly createdDate: string
  /** To some seconds; undefined: never. */
  readonly lastUsedDate: string | undefined
  readonly expiresDate: string
}

/** What is kept of a connection. */
export interface ConnectionRecord {
  readonly userId: number
  readonly grantId: string
  readonly appId?: number | undefined
  /** Of the account, as it was then. */
  readonly mark: string
  readonly clientId: string
  readonly clientName: string
  readonly resource: string
  readonly scopes: readonly string[]
}

export interface KeptConnection extends ConnectionRecord {
  readonly id: number
  readonly createdDate: string
  readonly lastUsedDate: string | undefined
  readonly expiresDate: string
}

/** Where connections are kept, by their grants. */
export interface ConnectionBook {
  save(record: ConnectionRecord, expiresAt: Date): Promise<void>
  /** Undefined when there is none, or its time is over. */
  find(grantId: string): Promise<KeptConnection | undefined>
  /** Of one user, or all. */
  list(userId?: number): Promise<readonly KeptConnection[]>
  remove(grantId: string): Promise<void>
  /** Dates by grants. */
  noteUses(dateByGrant: ReadonlyMap<string, string>): Promise<void>
}
