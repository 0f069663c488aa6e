import type { RequestLimits } from '../../src/access/limits/request-limits.ts'

export const NO_LIMITS: RequestLimits = { count: () => undefined, usage: async () => [] }
