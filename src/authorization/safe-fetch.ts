import { lookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { AppError } from '../core/errors.ts'
import { isPrivateAddress } from './private-address.ts'

interface SafeFetchOptions {
  /** Host names that may be at private addresses. */
  readonly privateHosts: readonly string[]
  readonly timeoutMs?: number
  readonly maxBytes?: number
  /** Addresses of a name. */
  readonly resolve?: (hostname: string) => Promise<readonly Address[]>
}

const TIMEOUT_MS = 3_000
const MAX_BYTES = 32 * 1024

/**
 * GET of an address that a stranger named: https only, no redirects, no addresses that are not public, looked at once and then
 * used, so that a name cannot change in between. Throws `bad_request` without saying what is there.
 */
export function createSafeFetch(options: SafeFetchOptions): (url: string) => Promise<Response> {
  const privateHosts = new Set(options.privateHosts.map((host) => host.toLowerCase()))
  const { timeoutMs = TIMEOUT_MS, maxBytes = MAX_BYTES, resolve = addressesOf } = options
  return async (text) => {
    const url = new URL(text)
    if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') throw refused()
    const signal = AbortSignal.timeout(timeoutMs)
    const mayBePrivate = privateHosts.has(url.hostname.toLowerCase())
    const found = await within(signal, resolve(url.hostname.replace(/^\[|\]$/g, '')))
    const address = usable(found, mayBePrivate)
    return read(await connect(url, address, signal), maxBytes)
  }
}

interface Address {
  readonly address: string
  readonly family: number
}

async function addressesOf(hostname: string): Promise<readonly Address[]> {
  const family = isIP(hostname)
  return family ? [{ address: hostname, family }] : await lookup(hostname, { all: true })
}

/** Looking a name up cannot be stopped: nobody waits for it any longer. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((done, reject) => {
    signal.addEventListener('abort', () => reject(refused(signal.reason)), { once: true })
    work.then(done, (cause: unknown) => reject(refused(cause)))
  })
}

function usable(found: readonly Address[], mayBePrivate: boolean): Address {
  const [first] = found
  // One private address among several is enough: which of them would be used is not ours to guess.
  if (!first || (!mayBePrivate && found.some(({ address }) => isPrivateAddress(address)))) throw refused()
  return first
}

function connect(url: URL, { address, family }: Address, signal: AbortSignal): Promise<IncomingMessage> {
  const pinned: LookupFunction = (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      lookup: pinned,
      signal,
      headers: { accept: 'application/json', 'user-agent': 'sluice' },
    })
    sent.on('response', resolve)
    sent.on('error', (cause) => reject(refused(cause)))
    sent.end()
  })
}

async function read(message: IncomingMessage, maxBytes: number): Promise<Response> {
  const { statusCode = 0, headers } = message
  if (statusCode !== 200) {
    message.destroy()
    throw refused()
  }
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of message) {
      size += part.length
      if (size > maxBytes) throw refused()
      parts.push(part)
    }
  } catch (cause) {
    throw refused(cause)
  }
  const cacheControl = headers['cache-control']
  return new Response(Buffer.concat(parts), {
    status: 200,
    headers: { 'content-type': 'application/json', ...(cacheControl && { 'cache-control': cacheControl }) },
  })
}

function refused(cause?: unknown): AppError {
  return new AppError('bad_request', 'The document of this client cannot be used.', { cause })
}
