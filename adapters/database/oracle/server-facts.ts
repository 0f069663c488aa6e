/** What is known of a server since the connection was opened. */
export interface ServerFacts {
  /** 12.1 and later: FETCH FIRST, identity columns, ALL_USERS.ORACLE_MAINTAINED. Without it pages are cut by ROWNUM. */
  readonly hasRowLimit: boolean
  /** 12.2 and later: names of 128 bytes, conditions of checks as text. */
  readonly hasLongNames: boolean
  /** 12.1.0.2 and later: the condition IS JSON. */
  readonly hasJson: boolean
}

/** `version` is as the driver tells it: `23.4.0.24.5`. What is no version is taken for an old one, whose SQL every server knows. */
export function serverFacts(version: string): ServerFacts {
  const [major = Number.NaN, minor = 0, , patch = 0] = version.split('.').map(Number)
  const known = Number.isNaN(major) ? 0 : major + (minor || 0) / 10
  return {
    hasRowLimit: known >= 12.1,
    hasLongNames: known >= 12.2,
    hasJson: known >= 12.2 || (known >= 12.1 && patch >= 2),
  }
}
