import { AppError } from '../core/errors.ts'
import { completeMetadata } from './client-metadata.ts'
import type { AuthorizationDeps } from './deps.ts'
import { createSafeFetch } from './safe-fetch.ts'

/** A request to the authorization server, as its library has it. */
interface RequestContext {
  readonly ip: string
}

/** What is fetched in the name of clients: their metadata documents, and the keys (`jwks_uri`) of those that sign. */
export interface ClientFetch {
  /** Whether the document at this address may be fetched for a request; it counts. */
  mayFetchDocument(request: RequestContext, url: string): boolean
  /** Throws `bad_request` for what cannot be used, `too_many_requests` where whoever asks had too much fetched. */
  fetch(url: string): Promise<Response>
}

/** `requestNow` is the request that something is fetched for. */
export function createClientFetch(
  { privateHosts, mayFetch }: Pick<AuthorizationDeps, 'privateHosts' | 'mayFetch'>,
  requestNow: () => RequestContext | undefined,
): ClientFetch {
  const documents = new WeakMap<RequestContext, string>()
  const safeFetch = createSafeFetch({ privateHosts })
  return {
    mayFetchDocument(request, url) {
      if (!mayFetch(request.ip)) return false
      documents.set(request, new URL(url).href)
      return true
    },
    async fetch(url) {
      const request = requestNow()
      const isDocument = request !== undefined && documents.get(request) === url
      if (!isDocument && !mayFetch(request?.ip ?? '')) throw tooMany()
      const response = await safeFetch(url)
      return isDocument ? completed(response) : response
    },
  }
}

async function completed(response: Response): Promise<Response> {
  const found: unknown = await response.json()
  const isObject = typeof found === 'object' && found !== null && !Array.isArray(found)
  return Response.json(isObject ? completeMetadata({ ...found }) : found, { headers: cacheHeaders(response) })
}

function cacheHeaders({ headers }: Response): Record<string, string> {
  const cacheControl = headers.get('cache-control')
  return cacheControl === null ? {} : { 'cache-control': cacheControl }
}

function tooMany(): AppError {
  return new AppError('too_many_requests', 'Too much was fetched for this client. Try again later.')
}
