/** Up to so many entries a map is copied whole, and so many may lie over a larger one before both become one. */
const MOST_OVER = 1_000

/**
 * A new map with these entries changed (undefined: removed); the given one stays as it is. The cost is that of the changes
 * and not of the map: a large one is shared by all maps that came from it.
 */
export function withChanges<K, V>(
  map: ReadonlyMap<K, V>,
  changes: Iterable<readonly [K, V | undefined]>,
): ReadonlyMap<K, V> {
  if (map.size === 0) return withoutAbsent(changes)
  const [under, before] = map instanceof LayeredMap ? [map.under, map.over] : [map, new Map()]
  const over = new Map<K, V | undefined>([...before, ...changes])
  if (over.size === 0) return map
  const layered = new LayeredMap<K, V>(under, over)
  return under.size <= MOST_OVER || over.size > MOST_OVER ? new Map(layered.entries()) : layered
}

function withoutAbsent<K, V>(changes: Iterable<readonly [K, V | undefined]>): ReadonlyMap<K, V> {
  const map = new Map<K, V>()
  for (const [key, value] of changes) {
    if (value === undefined) map.delete(key)
    else map.set(key, value)
  }
  return map
}

class LayeredMap<K, V> implements ReadonlyMap<K, V> {
  readonly under: ReadonlyMap<K, V>
  /** Undefined: the entry below is gone. */
  readonly over: ReadonlyMap<K, V | undefined>
  readonly size: number

  constructor(under: ReadonlyMap<K, V>, over: ReadonlyMap<K, V | undefined>) {
    this.under = under
    this.over = over
    let size = under.size
    for (const [key, value] of over) size += Number(value !== undefined) - Number(under.has(key))
    this.size = size
  }

  get(key: K): V | undefined {
    return this.over.get(key) ?? (this.over.has(key) ? undefined : this.under.get(key))
  }

  has(key: K): boolean {
    return this.get(key) !== undefined
  }

  *entries(): MapIterator<[K, V]> {
    for (const [key, below] of this.under) {
      const value = this.over.has(key) ? this.over.get(key) : below
      if (value !== undefined) yield [key, value]
    }
    for (const [key, value] of this.over) if (value !== undefined && !this.under.has(key)) yield [key, value]
  }

  *keys(): MapIterator<K> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries()
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this.entries()) callback(value, key, this)
  }
}
