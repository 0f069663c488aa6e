/** A cache that forgets what was used longest ago. */
export interface BoundedMap<V> {
  get(key: string): V | undefined
  set(key: string, value: V): void
}

export function boundedMap<V>(most: number): BoundedMap<V> {
  const entries = new Map<string, V>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value === undefined) return undefined
      entries.delete(key)
      entries.set(key, value)
      return value
    },
    set(key, value) {
      entries.set(key, value)
      const [oldest] = entries.keys()
      if (entries.size > most && oldest !== undefined) entries.delete(oldest)
    },
  }
}
