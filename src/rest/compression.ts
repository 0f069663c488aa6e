import type { Readable, Transform } from 'node:stream'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'

/** How texts are made shorter on their way (RFC 9110 §8.4.1). */
export type Coding = 'br' | 'gzip'

/** Answers are made once and read once: little effort for most of the gain. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const GZIP = { level: 5 }

const START: Readonly<Record<Coding, () => Transform>> = {
  br: () => createBrotliCompress(BROTLI),
  gzip: () => createGzip(GZIP),
}

/** The coding of an Accept-Encoding header that we write best; undefined for none (RFC 9110 §12.5.3). */
export function codingOf(acceptEncoding: string | undefined): Coding | undefined {
  if (acceptEncoding === undefined) return undefined
  const accepted = acceptEncoding
    .toLowerCase()
    .split(',')
    .filter((part) => !/;\s*q=0(?:\.0*)?\s*$/.test(part))
    .map((part) => (part.split(';')[0] ?? '').trim())
  return accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : undefined
}

/** The bytes of a stream, compressed as they come; ends and fails with it, and ends it when nobody takes more. */
export function compressed(source: Readable, coding: Coding): Readable {
  const target = START[coding]()
  source.on('error', (error) => target.destroy(error))
  target.on('close', () => source.destroy())
  return source.pipe(target)
}
