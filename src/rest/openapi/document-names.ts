/** Names that must be unique in a document, made of names that may hold anything. */
export interface DocumentNames {
  /** For `#/components/schemas`: letters, digits, `.`, `-` and `_` (OpenAPI 3.1, Components Object). */
  schema(...words: readonly string[]): string
  /** `get`, `shop`, `order_items` → `getShopOrderItems` */
  operation(verb: string, ...words: readonly string[]): string
}

export function createDocumentNames(reserved: Iterable<string>): DocumentNames {
  const schemas = new Set(reserved)
  const operations = new Set<string>()
  return {
    schema: (...words) => free(words.join('_').replaceAll(/[^\w.-]/g, '_'), schemas),
    operation: (verb, ...words) => free(`${verb}${words.map(capitalized).join('')}`, operations),
  }
}

/** The name itself, or with the first number that makes it one of its own. */
function free(wanted: string, taken: Set<string>): string {
  let name = wanted
  for (let number = 2; taken.has(name); number++) name = `${wanted}_${number}`
  taken.add(name)
  return name
}

function capitalized(word: string): string {
  const parts = word.split(/[^\p{L}\p{N}]+/u).filter((part) => part !== '')
  return parts.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join('')
}
