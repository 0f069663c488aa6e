import { AppError } from '../core/errors.ts'

export interface HostGuardOptions {
  /** The address the server is bound to. Bound to all (`0.0.0.0`, `::`), the address a connection came in on counts. */
  readonly boundAddress?: string
  /** Further names, with or without a port; the port is not compared. */
  readonly allowedHosts?: readonly string[]
  /** Whole origins: `https://app.example.com`; `*` for any. */
  readonly allowedOrigins?: readonly string[]
  /** Further origins, as they are at the moment. */
  readonly isAllowedOrigin?: (origin: string) => boolean
  /** The address people use, e.g. behind a proxy: its host is allowed. */
  readonly publicUrl?: string
}

interface RequestOrigin {
  readonly host: string | undefined
  readonly origin: string | undefined
  /** The address of this end of the connection. */
  readonly localAddress: string | undefined
}

export interface HostGuard {
  /** The error to answer with, or undefined when the request may go on. */
  refusal(request: RequestOrigin): AppError | undefined
}

const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'] as const
const ALL_ADDRESSES: ReadonlySet<string> = new Set(['0.0.0.0', '[::]'])

/**
 * Refuses requests a web page sends through a name of its own that points at this machine (DNS rebinding): the Host must be
 * one of ours, and the Origin, which browsers add, must be too.
 */
export function createHostGuard(options: HostGuardOptions = {}): HostGuard {
  const hosts = new Set<string>([...LOOPBACK, ...(options.allowedHosts ?? []).map(requireHostName)])
  if (options.publicUrl !== undefined) hosts.add(requireHostName(new URL(options.publicUrl).host))
  const bound = options.boundAddress === undefined ? undefined : requireHostName(options.boundAddress)
  if (bound !== undefined && !ALL_ADDRESSES.has(bound)) hosts.add(bound)
  const isBoundToAll = bound !== undefined && ALL_ADDRESSES.has(bound)
  const origins = new Set((options.allowedOrigins ?? []).map(normalOrigin))
  let lastAccepted: string | undefined

  return {
    refusal({ host, origin, localAddress }) {
      if (origin === undefined && host !== undefined && host === lastAccepted) return undefined
      if (host === undefined || host === '') return noHost()
      const name = hostName(host)
      const isOwn =
        name !== undefined && (hosts.has(name) || (isBoundToAll && name === addressName(localAddress)))
      if (!isOwn) return foreignHost(name)
      lastAccepted = host
      if (origin === undefined || isAllowedOrigin(origin, name, origins)) return undefined
      return options.isAllowedOrigin?.(origin) ? undefined : foreignOrigin()
    },
  }
}

const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i

/** `Example.COM.:8080` → `example.com`; IPv6 in brackets and shortest form; undefined when it is no host. */
export function hostName(authority: string): string | undefined {
  const host = AUTHORITY.exec(authority)?.[1]
  if (host === undefined || !URL.canParse(`http://${host}/`)) return undefined
  return new URL(`http://${host}/`).hostname.replace(/\.$/, '') || undefined
}

/** A configured host or a socket's address; IPv6 may come without brackets. */
function addressName(address: string | undefined): string | undefined {
  if (address === undefined) return undefined
  const ipv4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
  return hostName(ipv4.split(':').length > 2 && !ipv4.startsWith('[') ? `[${ipv4}]` : ipv4)
}

function requireHostName(text: string): string {
  const name = addressName(text.trim())
  if (name === undefined) throw new AppError('bad_request', `'${text}' is not a host name or address.`)
  return name
}

/** Origins of other schemes than http have no parsed form to compare: they are compared as text. */
function normalOrigin(origin: string): string {
  const text = origin.trim().toLowerCase()
  const parsed = URL.canParse(text) ? new URL(text).origin : 'null'
  return parsed === 'null' ? text : parsed
}

function isAllowedOrigin(origin: string, host: string, allowed: ReadonlySet<string>): boolean {
  if (allowed.has('*') || allowed.has(normalOrigin(origin))) return true
  if (!/^https?:\/\//i.test(origin) || !URL.canParse(origin)) return false
  const name = new URL(origin).hostname.replace(/\.$/, '')
  return name === host || LOOPBACK.some((loopback) => loopback === name)
}

function noHost(): AppError {
  return new AppError('forbidden', 'The request names no host: a Host header is required.')
}

function foreignHost(name: string | undefined): AppError {
  const message =
    name === undefined
      ? 'The Host header is not a valid host.'
      : `This server does not answer to the host '${name}'.`
  return new AppError('forbidden', message, {
    hint: 'Call it by localhost or its own address, or add the name to the allowed hosts or the public URL in its configuration.',
  })
}

function foreignOrigin(): AppError {
  return new AppError('forbidden', 'Requests from web pages of this origin are not allowed.', {
    hint: 'Add the origin to the allowed origins in the configuration of this server.',
  })
}
