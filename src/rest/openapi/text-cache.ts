/** Texts by key, up to a number of characters; those that were not asked for longest go first. */
export interface TextCache {
  get(key: string, make: () => string): string
}

export function createTextCache(maxCharacters: number): TextCache {
  const texts = new Map<string, string>()
  let characters = 0
  const forget = (key: string) => {
    characters -= texts.get(key)?.length ?? 0
    texts.delete(key)
  }
  return {
    get(key, make) {
      const text = texts.get(key) ?? make()
      forget(key)
      if (text.length > maxCharacters) return text
      texts.set(key, text)
      characters += text.length
      for (const oldest of texts.keys()) {
        if (characters <= maxCharacters) break
        forget(oldest)
      }
      return text
    },
  }
}
