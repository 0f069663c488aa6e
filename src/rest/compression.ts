import type { Readable, Transform } from 'node:stream'
import { constants, createBrotliCompress, createGzip } from 'node:zlib'
import type { Coding } from '../http/coding.ts'

/** Answers are made once and read once: little effort for most of the gain. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const GZIP = { level: 5 }

const START: Readonly<Record<Coding, () => Transform>> = {
  br: () => createBrotliCompress(BROTLI),
  gzip: () => createGzip(GZIP),
}

/** The bytes of a stream, compressed as they come; ends and fails with it, and ends it when nobody takes more. */
export function compressed(source: Readable, coding: Coding): Readable {
  const target = START[coding]()
  source.on('error', (error) => target.destroy(error))
  target.on('close', () => source.destroy())
  return source.pipe(target)
}
