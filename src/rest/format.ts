import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../core/errors.ts'
import { readAddress } from './address.ts'
import type { CsvOptions } from './csv.ts'
import { isTrue, type Query, queryText } from './query.ts'

/** How an answer is written. */
export interface Format extends CsvOptions {
  readonly type: 'json' | 'csv'
  /** For what can be written as YAML too. */
  readonly prefersYaml: boolean
  /** Name of the file a browser is told to keep it as. */
  readonly file?: string
}

interface Asked {
  readonly query: Query
  readonly headers: IncomingHttpHeaders
  /** The address as it came. */
  readonly url: string
}

/** dreamfactory-rest §1.5, §1.6: `file` decides, then `accept`, then the header. Throws `bad_request` for a format there is none of. */
export function formatOf({ query, headers, url }: Asked): Format {
  const file = fileOf(queryText(query, 'file'), url)
  const accept = queryText(query, 'accept')
  const type =
    typeOfFile(file) ?? (accept === undefined ? acceptable(headers.accept ?? '') : demanded(accept))
  return {
    type,
    prefersYaml: (headers.accept ?? '').includes('yaml') || /\.ya?ml$/i.test(file ?? ''),
    formulas: isTrue(queryText(query, 'formulas')),
    bom: isTrue(queryText(query, 'bom')),
    ...(file === undefined ? {} : { file }),
  }
}

/** RFC 6266: the name as ASCII for old browsers, and as it is. */
export function attachment(file: string): string {
  const ascii = file.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(file).replaceAll("'", '%27')}`
}

/** `name.csv`, or for a word that means true the name of what is asked for. Nothing of a path may be in it. */
function fileOf(given: string | undefined, url: string): string | undefined {
  const name = isTrue(given) ? `${readAddress(url).path.at(-1) ?? 'answer'}.json` : given
  if (name === undefined || !name.includes('.')) return undefined
  return name.replaceAll(/[\p{Cc}/\\]/gu, '_').slice(0, LONGEST_NAME)
}

const LONGEST_NAME = 200

/** Undefined for an extension that says nothing. */
function typeOfFile(file: string | undefined): Format['type'] | undefined {
  const extension = file?.slice(file.lastIndexOf('.') + 1).toLowerCase()
  if (extension === 'xml') throw unknownFormat()
  return extension === 'csv' || extension === 'json' ? extension : undefined
}

/** What was asked for by name is given or refused. */
function demanded(accept: string): Format['type'] {
  const types = typesIn(accept)
  if (types.length === 0 || types.includes('*/*')) return 'json'
  const known = types.map((type) => TYPES.get(type)).findLast((type) => type !== undefined)
  if (known === undefined) throw unknownFormat()
  return known
}

/** The header is a wish: browsers and libraries send one that nobody thought of. */
function acceptable(accept: string): Format['type'] {
  if (!accept.includes('csv')) return 'json'
  const types = typesIn(accept)
  if (types.includes('*/*')) return 'json'
  return types.map((type) => TYPES.get(type)).findLast((type) => type !== undefined) ?? 'json'
}

function typesIn(accept: string): string[] {
  return accept
    .split(',')
    .map((type) => (type.split(';')[0] ?? '').trim().toLowerCase())
    .filter((type) => type !== '')
}

const TYPES: ReadonlyMap<string, Format['type']> = new Map([
  ['csv', 'csv'],
  ['text/csv', 'csv'],
  ['json', 'json'],
  ['application/json', 'json'],
  ['text/json', 'json'],
  ['text/plain', 'json'],
])

function unknownFormat(): AppError {
  return new AppError('bad_request', 'Answers come as JSON or CSV, in no other format.', {
    hint: 'Ask with accept=csv, file=name.csv, or an Accept header of text/csv or application/json.',
  })
}
