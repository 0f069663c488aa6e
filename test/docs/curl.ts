/** A request as a documented curl command makes it. */
export interface CurlRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

/** Reads the options the documentation uses; throws for any other, and for an address that curl would refuse. */
export function readCurl(command: string, variables: Readonly<Record<string, string>>): CurlRequest {
  const [program, ...words] = shellWords(command, variables)
  if (program !== 'curl') throw new Error(`not a curl command: ${command}`)
  const given = {
    url: '',
    method: '',
    data: [] as string[],
    isGet: false,
    headers: {} as Record<string, string>,
  }
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const value = () => words[++at] ?? ''
    if (word === '-X') given.method = value()
    else if (word === '-G') given.isGet = true
    else if (word === '-H') addHeader(given.headers, value())
    else if (word === '-d') given.data.push(value())
    else if (word === '--data-urlencode') given.data.push(encoded(value()))
    else if (word.startsWith('http')) given.url = word
    else if (word !== '-g') throw new Error(`unknown option ${word}`)
  }
  const data = given.data.join('&')
  const url = given.isGet && data ? `${given.url}?${data}` : given.url
  if (/\s/.test(url)) throw new Error(`curl refuses the address ${url}`)
  if (given.isGet || !data) return { url, method: given.method || 'GET', headers: given.headers }
  return { url, method: given.method || 'POST', headers: given.headers, body: data }
}

function addHeader(headers: Record<string, string>, line: string): void {
  const colon = line.indexOf(':')
  headers[line.slice(0, colon)] = line.slice(colon + 1).trim()
}

function encoded(data: string): string {
  const equals = data.indexOf('=')
  return `${data.slice(0, equals + 1)}${encodeURIComponent(data.slice(equals + 1))}`
}

/** Words of a shell line: quotes of both kinds, a backslash between them, `$NAME` outside single quotes. */
function shellWords(line: string, variables: Readonly<Record<string, string>>): string[] {
  const valueNamed = (_: string, name: string) => {
    const value = variables[name]
    if (value === undefined) throw new Error(`$${name} has no value`)
    return value
  }
  const unquoted = (part: string) => {
    if (part.startsWith("'")) return part.slice(1, -1)
    const text = part.startsWith('"') ? part.slice(1, -1) : part.replace(/^\\/, '')
    return text.replaceAll(/\$([A-Z_]+)/g, valueNamed)
  }
  const parts = /'[^']*'|"[^"]*"|\\.|[^\s'"\\]+/g
  const words = line.replaceAll('\\\n', ' ').match(new RegExp(`(?:${parts.source})+`, 'g')) ?? []
  return words.map((word) => (word.match(parts) ?? []).map(unquoted).join(''))
}
