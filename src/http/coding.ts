/** How texts are made shorter on their way (RFC 9110 §8.4.1). */
export type Coding = 'br' | 'gzip'

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
