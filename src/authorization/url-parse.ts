/**
 * `URL.parse` (https://url.spec.whatwg.org/#dom-url-parse), which Node has from 22.1 on: the library of the authorization server
 * uses it. Nothing happens where it is there.
 */
export function provideUrlParse(): void {
  if ('parse' in URL) return
  const parse = (url: string, base?: string) => (URL.canParse(url, base) ? new URL(url, base) : null)
  Object.defineProperty(URL, 'parse', { value: parse, configurable: true, writable: true })
}
