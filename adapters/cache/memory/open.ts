import { LRUCache } from 'lru-cache'
import type { Cache } from '../../../src/core/cache/cache.ts'

const MOST_BYTES = 64 * 1024 * 1024
/** What an entry takes beside its text, about. */
const ENTRY_BYTES = 200

/** In the memory of this process; what was not used for longest goes first. */
export function openMemoryCache(mostBytes = MOST_BYTES): Cache {
  const texts = new LRUCache<string, string>({
    maxSize: mostBytes,
    // A character takes one byte or two: counted as two.
    sizeCalculation: (value, key) => 2 * (value.length + key.length) + ENTRY_BYTES,
  })
  return {
    get: async (keys) => keys.map((key) => texts.get(key)),
    async set(key, value, ttlMs) {
      texts.set(key, value, { ttl: ttlMs })
    },
    async close() {
      texts.clear()
    },
  }
}
