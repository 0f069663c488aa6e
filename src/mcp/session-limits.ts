export interface SessionLimits {
  /** Most sessions kept at a time. */
  readonly most: number
  /** How long one is kept unused, in milliseconds. */
  readonly idleMs: number
}

export const SESSION_LIMITS: SessionLimits = { most: 1_000, idleMs: 30 * 60_000 }
