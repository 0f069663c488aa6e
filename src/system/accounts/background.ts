/** Work that an answer must not wait for. */
export interface Background {
  run(work: () => Promise<void>): void
  /** Resolves when nothing is underway any more. */
  settled(): Promise<void>
}

export function createBackground(onError: (error: unknown) => void): Background {
  const underway = new Set<Promise<void>>()
  return {
    run(work) {
      const running: Promise<void> = work()
        .catch(onError)
        .finally(() => underway.delete(running))
      underway.add(running)
    },
    async settled() {
      await Promise.all(underway)
    },
  }
}
