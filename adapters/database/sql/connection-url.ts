import type { z } from 'zod'
import { nearest } from '../../../src/core/names.ts'

type ConfigKeys = { readonly [key: string]: unknown }

/** The config without its URL, or what is wrong with that. No part of the URL but a parameter's name is ever told. */
type ReadUrl = { readonly config: unknown } | { readonly problem: string }

/** `scheme://user:password@host:port/database?key=value`: user, password, host and database percent-encoded (RFC 3986 §2.1). */
export function readConnectionUrl(
  input: unknown,
  fields: z.ZodRawShape,
  schemes: readonly string[],
): ReadUrl {
  if (!isObject(input) || typeof input.url !== 'string') return { config: input }
  const { url, ...others } = input
  const twice = ADDRESS.find((key) => others[key] !== undefined && others[key] !== '')
  if (twice) return wrong(`${twice} is given as well: give either a URL or ${ADDRESS.join(', ')}`)
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  // A password with a bare question mark ends in the query, and an @ behind it: no part of it may be told as a name.
  if (parsed?.hash !== '' || parsed.search.includes('@'))
    return wrong('not a connection URL: write special characters of user and password as %40 and the like')
  if (!schemes.includes(parsed.protocol.slice(0, -1)))
    return wrong(`a URL of this type begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`)
  const place = placeOf(parsed)
  if (!place) return wrong('a name in the URL is not encoded correctly: write a percent sign as %25')
  if (place.host?.includes(',')) return wrong('names more than one host')
  if (place.database?.includes('/') && !/%2f/i.test(parsed.pathname))
    return wrong('has more than one name after the host')
  const parameters = parametersOf(parsed, others, fields)
  if (typeof parameters === 'string') return wrong(parameters)
  return { config: { ...others, ...place, ...parameters } }
}

const ADDRESS = ['host', 'port', 'database', 'username', 'password'] as const
type Place = { readonly [key in (typeof ADDRESS)[number]]?: string | number }

function wrong(problem: string): ReadUrl {
  return { problem }
}

/** Nothing when a part is not percent-encoded correctly; absent parts are left to their defaults. */
function placeOf(url: URL): (Place & { readonly host?: string; readonly database?: string }) | undefined {
  try {
    const [host, database, username, password] = [
      url.hostname.replace(/^\[(.*)\]$/, '$1'),
      url.pathname.replace(/^\//, ''),
      url.username,
      url.password,
    ].map(decodeURIComponent)
    return {
      ...(host ? { host } : {}),
      ...(url.port === '' ? {} : { port: Number(url.port) }),
      ...(database ? { database } : {}),
      ...(username ? { username } : {}),
      ...(password ? { password } : {}),
    }
  } catch {
    return undefined
  }
}

/** Keys that have no place in a query: the address stands before it, lists and objects have no form there. */
const NOT_IN_QUERY: ReadonlySet<string> = new Set([...ADDRESS, 'url', 'options', 'attributes', 'statements'])

/** The query as config keys, or what is wrong with it. */
function parametersOf(url: URL, others: ConfigKeys, fields: z.ZodRawShape): ConfigKeys | string {
  const known = Object.keys(fields).filter((key) => !NOT_IN_QUERY.has(key))
  const config: { [key: string]: unknown } = {}
  for (const [name, text] of url.searchParams) {
    const field = known.includes(name) ? fields[name] : undefined
    if (!field) {
      const [near] = nearest(name, known)
      return `the parameter '${name}' is not known${near ? `; did you mean '${near}'` : ''}`
    }
    if (Object.hasOwn(config, name) || others[name] !== undefined)
      return `the parameter '${name}' is given twice`
    config[name] = readAs(text, field)
  }
  return config
}

/** The text as what the field takes; one that it does not take is refused with the other keys. */
function readAs(text: string, field: z.core.$ZodType): unknown {
  const readings = [
    text,
    text === '' ? text : Number(text),
    text === 'true' ? true : text === 'false' ? false : text,
  ]
  return readings.find((reading) => accepts(field, reading)) ?? text
}

function accepts(field: z.core.$ZodType, value: unknown): boolean {
  const result = field['~standard'].validate(value)
  return 'value' in result
}

function isObject(value: unknown): value is ConfigKeys {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
