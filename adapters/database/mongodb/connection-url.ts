import type { MongodbConfig } from './config.ts'

/** The database of a connection string, empty where it names none, or what is wrong with the string. No part of it is ever told. */
type ReadUrl = { readonly database: string } | { readonly problem: string }

const URL_FORM = /^mongodb(?:\+srv)?:\/\/(?:[^/?#@]*@)?[^/?#@]+(?:\/([^/?#@]*))?(?:\?[^#@]*)?$/

export const SCHEMES = ['mongodb', 'mongodb+srv']

/** `mongodb://user:password@host:port,host:port/database?option=value`: special characters of names percent-encoded. */
export function readUrl(url: string): ReadUrl {
  if (!SCHEMES.some((scheme) => url.startsWith(`${scheme}://`)))
    return {
      problem: `a URL of this type begins with ${SCHEMES.map((scheme) => `${scheme}://`).join(' or ')}`,
    }
  const parts = URL_FORM.exec(url)
  if (!parts)
    return {
      problem: 'not a connection URL: write special characters of user and password as %40 and the like',
    }
  try {
    return { database: decodeURIComponent(parts[1] ?? '') }
  } catch {
    return { problem: 'a name in the URL is not encoded correctly: write a percent sign as %25' }
  }
}

/** What the driver is given: never logged, never told. */
export function connectionString({
  url,
  dsn,
  host,
  port,
  username,
  password,
  options,
}: MongodbConfig): string {
  const given = url ?? dsn
  const address = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host
  const user = username === '' ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`
  const base = given ?? `mongodb://${user}${address}:${port}/`
  const more = Object.entries(options).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`,
  )
  if (more.length === 0) return base
  if (base.includes('?')) return `${base}&${more.join('&')}`
  const hasPath = /^[^:]+:\/\/[^/]*\//.test(base)
  return `${base}${hasPath ? '' : '/'}?${more.join('&')}`
}

export function databaseOf({ url, dsn, database }: MongodbConfig): string {
  const read = readUrl(url ?? dsn ?? '')
  return 'database' in read && read.database !== '' ? read.database : database
}
