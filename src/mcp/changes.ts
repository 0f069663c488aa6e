/** Says that services, roles or schemas may have changed; what has changed for a caller is for the hearer to find out. */
export interface Changes {
  tell(): void
  /** The answer ends it. */
  listen(hear: () => void): () => void
}

export function createChanges(): Changes {
  const hearers = new Set<() => void>()
  return {
    tell() {
      for (const hear of hearers) hear()
    },
    listen(hear) {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
  }
}
