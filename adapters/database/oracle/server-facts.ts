/** What is known of a server since the connection was opened. */
export interface ServerFacts {
  /** 12.1 and later: FETCH FIRST, identity columns, ALL_USERS.ORACLE_MAINTAINED. Without it pages are cut by ROWNUM. */
  readonly hasRowLimit: boolean
  /** 12.2 and later: names of 128 bytes, conditions of checks as text. */
  readonly hasLongNames: boolean
}

/** `version` is as the driver tells it: `23.4.0.24.5`. What is no version is taken for a new one. */
export function serverFacts(version: string): ServerFacts {
  const [major = Number.NaN, minor = 0] = version.split('.').map(Number)
  const known = Number.isNaN(major) ? 99 : major + minor / 10
  return { hasRowLimit: known >= 12.1, hasLongNames: known >= 12.2 }
}
