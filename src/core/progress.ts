/** How far a long piece of work is. */
interface Progress {
  readonly done: number
  readonly total: number
}

/** Told to whoever waits; `done` grows each time. */
export type OnProgress = (progress: Progress) => void
