import type { JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'

/** Key sets and discovery documents are a few kB. */
const MOST_BYTES = 512 * 1024
const TIMEOUT_MS = 5_000
/** Keys are fetched at most so often, whatever key a token names; after a failure too. */
const COOL_DOWN_MS = 30_000
const KEPT_MS = 10 * 60_000

interface KeySource {
  readonly issuer: string
  /** Absent: as the discovery document of the issuer says. */
  readonly jwksUri?: string | undefined
}

const discovered = z.object({ issuer: z.string(), jwks_uri: z.url() })

/** The public keys of an issuer, fetched when a token needs them and kept for ten minutes. Throws `unavailable`. */
export function providerKeys({ issuer, jwksUri }: KeySource): JWTVerifyGetKey {
  let keys: Promise<JWTVerifyGetKey> | undefined
  let retryAt = 0
  const fetchKeys = coolDown(fetchLimited)
  const load = async () => {
    const { createRemoteJWKSet, customFetch } = await import('jose')
    const url = new URL(jwksUri ?? (await discover(issuer)))
    requireSafe(url)
    return createRemoteJWKSet(url, {
      timeoutDuration: TIMEOUT_MS,
      cooldownDuration: COOL_DOWN_MS,
      cacheMaxAge: KEPT_MS,
      [customFetch]: fetchKeys,
    })
  }
  return async (header, token) => {
    if (!keys && retryAt > Date.now()) throw unreachable()
    keys ??= load()
    const find = await keys.catch((cause: unknown) => {
      keys = undefined
      retryAt = Date.now() + COOL_DOWN_MS
      throw unreachable(cause)
    })
    return find(header, token)
  }
}

// OpenID Connect Discovery 1.0 §4
async function discover(issuer: string): Promise<string> {
  const url = new URL(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
  requireSafe(url)
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  const response = await fetchLimited(url.href, { signal })
  const found = discovered.parse(await response.json())
  if (found.issuer !== issuer)
    throw new AppError('unavailable', 'The discovery document is of another issuer.')
  return found.jwks_uri
}

type Fetch = (url: string, options: RequestInit) => Promise<Response>

/** No redirects, nothing but 200, and no more than `MOST_BYTES`. */
const fetchLimited: Fetch = async (url, options) => {
  const response = await fetch(url, { ...options, redirect: 'error' })
  if (response.status !== 200) throw unreachable()
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > MOST_BYTES) throw unreachable()
    parts.push(part)
  }
  return new Response(Buffer.concat(parts), { status: 200, headers: response.headers })
}

/** An issuer that does not answer is left alone for a while. */
function coolDown(work: Fetch): Fetch {
  let retryAt = 0
  return async (url, options) => {
    if (retryAt > Date.now()) throw unreachable()
    try {
      return await work(url, options)
    } catch (cause) {
      retryAt = Date.now() + COOL_DOWN_MS
      throw unreachable(cause)
    }
  }
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
