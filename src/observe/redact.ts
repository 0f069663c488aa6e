/** What stands in place of a secret. */
const MASK = '***'

/** Headers, parameters and fields whose values are never logged. Case, `-` and `_` do not matter. */
const SECRET_NAMES = new Set(
  [
    'authorization',
    'proxy-authorization',
    'cookie',
    'set-cookie',
    'session_id',
    'jwt',
    'app_key',
    'private_key',
  ]
    .concat(['password_hash', 'password_confirmation', 'security_answer', 'confirm_code', 'code_verifier'])
    .map(plain),
)

/** Any name that ends so is secret as well: `x-dreamfactory-api-key`, `session_token`, `old_password`, `DB_PASSWORD`. */
const SECRET_ENDINGS = ['password', 'passphrase', 'secret', 'token', 'apikey']

/** `name: value` in free text, by the same names. */
const SECRET_IN_TEXT =
  /(?<![\w-])([\w-]*(?:password|passphrase|secret|token|api[-_]?key|app[-_]?key|private[-_]?key|cookie|session[-_]?id|jwt))(["']?\s*[:=]\s*["']?)([^\s"',;&)}\]]+)/gi

const MAX_DEPTH = 8
/** Of a logged text, in characters. */
const MAX_TEXT = 8_192

/** The address without the values of secret parameters and without a password of its own. */
export function redactUrl(url: string): string {
  return url
    .replace(/([?&;#])([^=?&;#\s]+)=([^&;#\s]*)/g, (whole, mark: string, name: string) =>
      isSecret(decode(name)) ? `${mark}${name}=${MASK}` : whole,
    )
    .replace(/(:\/\/[^/?#\s:@]*):[^/?#\s]*@/g, `$1:${MASK}@`)
}

/** Free text without what can be told to be a secret by its form: parameters, credentials, tokens, API keys, `name: value`. */
export function redactText(text: string): string {
  const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return redactUrl(shown)
    .replace(/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${MASK}`)
    .replace(/(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*/g, MASK)
    .replace(/(?<![\w-])[0-9a-f]{64}(?![\w-])/gi, MASK)
    .replace(SECRET_IN_TEXT, `$1$2${MASK}`)
}

/** A copy that can be logged: values under secret names are masked at any depth, text is cleaned. */
export function redactValue(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[deep]'
  if (Array.isArray(value)) return value.map((item) => redactValue(item, depth + 1))
  if (value instanceof URL) return redactUrl(value.href)
  if (value instanceof Date) return value
  if (value instanceof Uint8Array) return `[${value.byteLength} bytes]`
  if (value instanceof Map || value instanceof Headers) return redactEntries([...value.entries()], depth)
  if (value instanceof Error) return redactError(value, depth)
  return redactEntries(Object.entries(value), depth)
}

/** Named values: those under secret names are masked, the others cleaned. */
export function redactEntries(
  entries: readonly (readonly [unknown, unknown])[],
  depth = 0,
): Record<string, unknown> {
  return Object.fromEntries(
    entries.map(([name, value]) => [
      String(name),
      isSecret(String(name)) && value !== undefined && value !== null ? MASK : redactValue(value, depth + 1),
    ]),
  )
}

/** Name, message and stack, then what else the error carries, then its cause. */
function redactError(error: Error, depth: number): Record<string, unknown> {
  const { name: type, message, stack, cause } = error
  const own = redactEntries(Object.entries(error), depth)
  return {
    type,
    message: redactText(message),
    stack: stack === undefined ? undefined : redactText(stack),
    ...own,
    ...(cause !== undefined && { cause: redactValue(cause, depth + 1) }),
  }
}

function isSecret(name: string): boolean {
  const bare = plain(name)
  return SECRET_NAMES.has(bare) || SECRET_ENDINGS.some((ending) => bare.endsWith(ending))
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '')
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
