import type { JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'

/** Key sets and discovery documents are a few kB. */
const MOST_BYTES = 512 * 1024
const TIMEOUT_MS = 5_000
/** After a failure, and after a key that is not among the known ones, nobody is asked for so long. */
const COOL_DOWN_MS = 30_000
/** After this keys are fetched again. */
const KEPT_MS = 10 * 60_000
/** While the issuer cannot be reached, keys that were good stay so for so long. */
const SPARE_MS = 60 * 60_000

interface KeySource {
  readonly issuer: string
  /** Absent: as the discovery document of the issuer says. */
  readonly jwksUri?: string | undefined
  readonly now?: () => number
}

const discovered = z.object({ issuer: z.string(), jwks_uri: z.url() })
const keySet = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) })

/**
 * The public keys of an issuer, fetched when a token needs them. A key that is not among them is looked for at once, so that an
 * issuer may change its keys; then not for a while, whatever keys tokens name. Throws `unavailable`.
 */
export function providerKeys(source: KeySource): JWTVerifyGetKey {
  const { now = Date.now } = source
  const keys = createKept(() => fetchKeys(source), now)
  let lookAgainAt = 0
  return async (header, token) => {
    const { errors } = await import('jose')
    const find = await keys.current()
    try {
      return await find(header, token)
    } catch (thrown) {
      if (!(thrown instanceof errors.JWKSNoMatchingKey)) throw thrown
      // While the issuer does not answer, a new key of its is not called a wrong one.
      const looks = lookAgainAt <= now() || keys.isFailing()
      if (looks) lookAgainAt = now() + COOL_DOWN_MS
      const latest = await (looks ? keys.refresh() : keys.latest())
      if (!latest || latest === find) throw thrown
      return await latest(header, token)
    }
  }
}

interface Kept {
  current(): Promise<JWTVerifyGetKey>
  /** Throws `unavailable`; after a failure for a while at once. */
  refresh(): Promise<JWTVerifyGetKey>
  isFailing(): boolean
  /** Those that are just fetched for somebody else, or the known ones. */
  latest(): Promise<JWTVerifyGetKey | undefined>
}

function createKept(load: () => Promise<JWTVerifyGetKey>, now: () => number): Kept {
  let known: { readonly find: JWTVerifyGetKey; readonly at: number } | undefined
  let loading: Promise<JWTVerifyGetKey> | undefined
  let failedUntil = 0
  const isFailing = () => failedUntil > now()
  const loadAnew = async () => {
    try {
      const find = await load()
      known = { find, at: now() }
      return find
    } catch (cause) {
      failedUntil = now() + COOL_DOWN_MS
      throw unreachable(cause)
    } finally {
      loading = undefined
    }
  }
  const refresh = async () => {
    if (isFailing()) throw unreachable()
    loading ??= loadAnew()
    return loading
  }
  const knownFor = (ms: number) => (known && now() < known.at + ms ? known.find : undefined)
  return {
    isFailing,
    refresh,
    latest: async () => loading ?? known?.find,
    async current() {
      const fresh = knownFor(KEPT_MS)
      if (fresh) return fresh
      try {
        return await refresh()
      } catch (thrown) {
        const spare = knownFor(SPARE_MS)
        if (spare) return spare
        throw thrown
      }
    },
  }
}

async function fetchKeys({ issuer, jwksUri }: KeySource): Promise<JWTVerifyGetKey> {
  const { createLocalJWKSet } = await import('jose')
  const { keys } = keySet.parse(await fetchJson(jwksUri ?? (await discover(issuer))))
  return createLocalJWKSet({ keys })
}

// OpenID Connect Discovery 1.0 §4
async function discover(issuer: string): Promise<string> {
  const found = discovered.parse(
    await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`),
  )
  if (found.issuer !== issuer)
    throw new AppError('unavailable', 'The discovery document is of another issuer.')
  return found.jwks_uri
}

/** No redirects, nothing but 200, and no more than `MOST_BYTES`. */
async function fetchJson(address: string): Promise<unknown> {
  const url = new URL(address)
  requireSafe(url)
  const response = await fetch(url, {
    redirect: 'error',
    headers: { accept: 'application/json, application/jwk-set+json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  if (response.status !== 200) throw unreachable()
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > MOST_BYTES) throw unreachable()
    parts.push(part)
  }
  return JSON.parse(Buffer.concat(parts).toString('utf8'))
}

function requireSafe({ protocol, hostname }: URL): void {
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback)) throw unreachable()
}

function unreachable(cause?: unknown): AppError {
  return new AppError('unavailable', 'The keys of the issuer of access tokens cannot be reached.', {
    retryable: true,
    cause,
  })
}
