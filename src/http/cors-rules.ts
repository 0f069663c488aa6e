import { AppError } from '../core/errors.ts'
import { type PathPattern, pathPattern } from './path-pattern.ts'

/** Which pages may use which addresses (dreamfactory-rest §9.3). */
export interface CorsRule {
  /** Below the host, without a slash in front: `api/*`, `*`; a regular expression where it begins with `^`. */
  readonly path: string
  readonly origins: readonly string[]
  readonly headers: readonly string[]
  readonly exposedHeaders: readonly string[]
  readonly methods: readonly string[]
  readonly maxAgeSeconds: number
  readonly hasCredentials: boolean
}

/** The rule for an address: of those that fit, the one with the longest path. */
export function corsRuleFor(url: string, rules: readonly CorsRule[]): CorsRule | undefined {
  const [path = ''] = url.replace(/^\/+/, '').split('?', 1)
  return rules.filter((rule) => fits(rule, path)).toSorted((a, b) => b.path.length - a.path.length)[0]
}

/** True when some rule lets pages of this origin call. */
export function isOriginIn(origin: string, rules: readonly CorsRule[]): boolean {
  return rules.some(({ origins }) => allows(origins, origin))
}

function allows(origins: readonly string[], origin: string): boolean {
  return origins.includes('*') || origins.includes(origin.toLowerCase())
}

/** Made once a rule; one that no version of this server would store fits nothing. */
function fits(rule: CorsRule, path: string): boolean {
  const known = PATTERNS.get(rule) ?? patternOf(rule)
  PATTERNS.set(rule, known)
  return known(path)
}

const PATTERNS = new WeakMap<CorsRule, PathPattern>()

function patternOf({ path }: CorsRule): PathPattern {
  try {
    return pathPattern(path)
  } catch (error) {
    if (error instanceof AppError) return () => false
    throw error
  }
}
