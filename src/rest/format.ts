import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../core/errors.ts'
import { readAddress } from './address.ts'
import type { CsvOptions } from './csv.ts'
import { booleanIn } from './options.ts'
import { isTrue, type Query, queryText } from './query.ts'

/** How an answer is written. */
export interface Format extends CsvOptions {
  readonly type: 'json' | 'csv' | 'xml'
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

/**
 * dreamfactory-rest §1.5, §1.6: `file` decides, then `accept`, then the header. Throws `bad_request` or, for the header,
 * `not_acceptable` when none of the formats asked for is known.
 */
export function formatOf({ query, headers, url }: Asked): Format {
  const file = fileOf(queryText(query, 'file'), url)
  const accept = queryText(query, 'accept')
  const type =
    typeOfFile(file) ?? (accept === undefined ? acceptable(headers.accept ?? '') : demanded(accept))
  return {
    type,
    prefersYaml: (headers.accept ?? '').includes('yaml') || /\.ya?ml$/i.test(file ?? ''),
    formulas: booleanIn('formulas', queryText(query, 'formulas')),
    bom: booleanIn('bom', queryText(query, 'bom')),
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
  return TYPES.get(file?.slice(file.lastIndexOf('.') + 1).toLowerCase() ?? '')
}

/** What was asked for by name is given or refused. */
function demanded(accept: string): Format['type'] {
  const types = typesIn(accept)
  const type = types.length === 0 ? 'json' : knownAmong(types)
  if (type === undefined)
    throw new AppError('bad_request', `'accept' names no format there is.`, { hint: FORMATS })
  return type
}

/** Nearly every client sends one of the first line. */
function acceptable(accept: string): Format['type'] {
  if (accept === '' || accept === '*/*' || accept === 'application/json') return 'json'
  const types = typesIn(accept)
  const type = types.length === 0 ? 'json' : knownAmong(types)
  if (type === undefined) {
    throw new AppError('not_acceptable', 'The answer cannot be given in any format that Accept names.', {
      hint: FORMATS,
    })
  }
  return type
}

/** JSON where anything will do, else the last one that is known. */
function knownAmong(types: readonly string[]): Format['type'] | undefined {
  if (types.includes('*/*')) return 'json'
  return types.map((type) => TYPES.get(type) ?? ofFamily(type)).findLast((type) => type !== undefined)
}

/** `application/*`, `application/problem+json` (RFC 6838 §4.2.8), and YAML, which what has none answers as JSON. */
function ofFamily(type: string): Format['type'] | undefined {
  return /^(?:application|text)\/(?:\*|[\w.+-]*\bjson|[\w.+-]*\byaml)$/.test(type) ? 'json' : undefined
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
  ['xml', 'xml'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
  ['json', 'json'],
  ['application/json', 'json'],
  ['text/plain', 'json'],
])

const FORMATS =
  'Answers come as JSON, XML or CSV: accept=xml, file=name.csv, or an Accept header of application/json, application/xml or text/csv.'
