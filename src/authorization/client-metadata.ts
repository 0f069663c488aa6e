type Metadata = Readonly<Record<string, unknown>>

/**
 * What a client says of itself, made explicit. Its scopes are asked for with each request, and answers go into addresses. Programs on a person's machine come back to a loopback address or a scheme of
 * their own, and most do not say that they are such programs. RFC 8252 §7.
 */
export function completeMetadata(metadata: Metadata): Metadata {
  const { scope: _, ...rest } = metadata
  const { application_type: type, redirect_uris: uris } = metadata
  const isNative = type === undefined && Array.isArray(uris) && uris.some(isOfMachine)
  return { ...rest, response_modes: ['query'], ...(isNative && { application_type: 'native' }) }
}

/** Why a client cannot be accepted; undefined when it can. */
export function problemWith({ redirect_uris: uris }: Metadata): string | undefined {
  if (!Array.isArray(uris) || uris.length === 0) return 'redirect_uris must not be empty'
  return uris.every(isSafeRedirect)
    ? undefined
    : 'redirect_uris must be https addresses, loopback addresses or schemes of a program'
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]'])
/** Of browsers themselves. */
const UNSAFE: ReadonlySet<string> = new Set([
  'javascript:',
  'vbscript:',
  'data:',
  'blob:',
  'file:',
  'about:',
  'filesystem:',
  'view-source:',
  'ws:',
  'wss:',
  'ftp:',
])

function isSafeRedirect(uri: unknown): boolean {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return false
  const { protocol, hostname, username, password, hash } = new URL(uri)
  if (username !== '' || password !== '' || hash !== '') return false
  return protocol === 'http:' ? LOOPBACK.has(hostname) : !UNSAFE.has(protocol)
}

function isOfMachine(uri: unknown): boolean {
  if (typeof uri !== 'string' || !URL.canParse(uri)) return false
  const { protocol, hostname } = new URL(uri)
  return protocol === 'http:' ? LOOPBACK.has(hostname) : protocol !== 'https:'
}
