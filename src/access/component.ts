/**
 * Components of role rules and resources of requests, in one spelling. Everything here is lower case: role rules ignore
 * case, as table names do.
 */

/** What a rule covers: one resource, or everything whose path (with a `/` behind it) begins with `text`. */
export interface Component {
  readonly isExact: boolean
  /** Exact: the resource. Otherwise the text before the star: `_table/`, empty for `*`. */
  readonly text: string
}

/** `_table/orders` is exact; `_table/orders/*` and `_table/orders/` cover orders and all below it; a bare `*` covers all. */
export function parseComponent(text: string): Component {
  const path = text.trim().toLowerCase().replace(/^\/+/, '')
  if (path.endsWith('*')) return { isExact: false, text: collapse(path.slice(0, -1)) }
  if (path.endsWith('/')) return { isExact: false, text: collapse(path) }
  return { isExact: true, text: normalizeResource(path) }
}

/**
 * The resource of a request as rules see it: no outer or doubled slashes, and no call arguments (`_proc/p(1,2)` is
 * `_proc/p`). Only routines have arguments: a parenthesis in a table's name is part of the name.
 */
export function normalizeResource(resource: string): string {
  const path = collapse(resource.toLowerCase()).replace(/^\/|\/$/g, '')
  return /^_(?:proc|func)\//.test(path) ? path.replace(/\(.*$/s, '') : path
}

function collapse(path: string): string {
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') : path
}
