/** Where the services are for MCP clients, and what tokens are made for (RFC 8707): one service, or without a name all of them. */
export function resourceAddress(baseUrl: string, service?: string): string {
  return service === undefined ? `${baseUrl}/mcp` : `${baseUrl}/mcp/${encodeURIComponent(service)}`
}

/** What comes behind the host of the base, for a server below a path of a proxy; empty where there is none. RFC 8414 §3.1 and RFC 9728 §3.1 put it behind the well-known part. */
export function pathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/$/, '')
}

/** Both spellings of an address, with and without a slash at the end, are one; services have names in any case. */
export function isSameAddress(one: string, other: string): boolean {
  return normal(one) === normal(other)
}

/** The service that an address of this server names: null for all of them; undefined when it is no such address. */
export function serviceAt(baseUrl: string, address: string): string | null | undefined {
  if (isSameAddress(address, resourceAddress(baseUrl))) return null
  const start = `${resourceAddress(baseUrl)}/`
  if (!address.startsWith(start)) return undefined
  const name = address.slice(start.length).replace(/\/$/, '')
  return /^[\w-]+$/.test(name) ? name.toLowerCase() : undefined
}

function normal(address: string): string {
  const plain = address.replace(/\/$/, '')
  const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/]*)(.*)$/i.exec(plain) ?? []
  return origin === '' ? plain : `${origin.toLowerCase()}${path.replace(/\/mcp\/[^/]+$/, lower)}`
}

function lower(text: string): string {
  return text.toLowerCase()
}
