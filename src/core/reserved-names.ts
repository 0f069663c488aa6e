const RESERVED: ReadonlySet<string> = new Set(['api_docs', 'docs', 'mcp', 'system', 'user'])

/** Addresses of the server itself, in any case: no other service is called so. */
export function isReservedName(service: string): boolean {
  return RESERVED.has(service.toLowerCase())
}
