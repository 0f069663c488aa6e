/** Which pages may use which addresses (dreamfactory-rest §9.3). */
export interface CorsRule {
  /** Below the host, without a slash in front: `api/*`, `*`. */
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
  return rules.filter((rule) => fits(rule.path, path)).toSorted((a, b) => b.path.length - a.path.length)[0]
}

/** True when some rule lets pages of this origin call. */
export function isOriginIn(origin: string, rules: readonly CorsRule[]): boolean {
  return rules.some(({ origins }) => allows(origins, origin))
}

function allows(origins: readonly string[], origin: string): boolean {
  return origins.includes('*') || origins.includes(origin.toLowerCase())
}

function fits(pattern: string, path: string): boolean {
  const glob = pattern.replace(/^\/+/, '')
  const parts = glob.split('*')
  const [first = '', ...rest] = parts
  if (!path.startsWith(first)) return false
  if (rest.length === 0) return path === first
  let at = first.length
  for (const [index, part] of rest.entries()) {
    const found = index === rest.length - 1 ? path.lastIndexOf(part) : path.indexOf(part, at)
    if (found < at || (index === rest.length - 1 && found + part.length !== path.length)) return false
    at = found + part.length
  }
  return true
}
