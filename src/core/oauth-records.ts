/** What an authorization server keeps: codes, grants, refresh tokens, clients and steps of sign-ins. */
export interface OauthRecords {
  /** A record of this kind and id, in place of one that was there. */
  save(kind: string, id: string, record: OauthRecord): Promise<void>
  /** Undefined when there is none, or its time is over. */
  find(kind: string, id: string): Promise<FoundRecord | undefined>
  /** By the other name of a record. */
  findByAlias(kind: string, alias: string): Promise<FoundRecord | undefined>
  /** False: it is not there, or was consumed before, here or elsewhere. */
  consume(kind: string, id: string): Promise<boolean>
  /** Does nothing for one that is not there, or whose time is over. */
  prolong(kind: string, id: string, until: Date): Promise<void>
  remove(kind: string, id: string): Promise<void>
  /** Every record of this kind that came of a grant. */
  removeOfGrant(kind: string, grantId: string): Promise<void>
}

interface OauthRecord {
  readonly content: Readonly<Record<string, unknown>>
  readonly grantId?: string | undefined
  readonly alias?: string | undefined
  readonly expiresAt: Date
}

interface FoundRecord {
  readonly content: Readonly<Record<string, unknown>>
  /** Seconds since 1970. */
  readonly consumedAt?: number | undefined
}
