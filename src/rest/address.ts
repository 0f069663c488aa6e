import { AppError } from '../core/errors.ts'

export interface Address {
  /** Undefined for the instance itself (`/api`, `/api/v2`). */
  readonly service: string | undefined
  readonly path: readonly string[]
}

const VERSION = /^v[0-9.]+$/

/** `/api/v2/shop/_table/orders/` → service `shop`, path `_table`, `orders`; the version may be left out. */
export function readAddress(url: string): Address {
  const end = url.indexOf('?')
  const segments = (end < 0 ? url : url.slice(0, end)).split('/').slice(2)
  while (segments.at(-1) === '') segments.pop()
  if (VERSION.test(segments[0] ?? '')) segments.shift()
  const [service, ...path] = segments.map((segment, index) =>
    decoded(segment, index === KEY && segments[1] === '_table'),
  )
  return { service, path }
}

/** Behind the service, `_table` and its name. */
const KEY = 3

/** Of a key of several parts, those that hold a comma of their own are told apart by quotes. */
function decoded(segment: string, isKey: boolean): string {
  if (!segment.includes('%')) return segment
  try {
    if (isKey && segment.includes(',') && /%2c/i.test(segment))
      return segment.split(',').map(decodeURIComponent).map(quoted).join(',')
    return decodeURIComponent(segment)
  } catch (error) {
    throw new AppError('bad_request', 'The address has a broken percent-encoding.', { cause: error })
  }
}

function quoted(part: string): string {
  const isQuoted = /^"(?:[^"]|"")*"$/.test(part)
  return /[,"]/.test(part) && !isQuoted ? `"${part.replaceAll('"', '""')}"` : part
}
