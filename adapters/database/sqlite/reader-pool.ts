import type { Job } from './job.ts'
import { Lane, SLOW_AFTER_MS } from './lane.ts'
import type { SessionOptions } from './protocol.ts'

/** Requests in one lane from which on another process shares the work. */
const SPREAD_FROM = 16
/** Requests that one lane takes. More wait, so that a slow one has few behind it. */
const DEEPEST = 32

/**
 * Reads, spread over a few database processes. Several short reads are under way in one process at a time; when one
 * turns out long, those behind it go to another process as well and the first answer counts: reads can be repeated.
 */
export class ReaderPool {
  readonly #options: SessionOptions
  readonly #most: number
  readonly #onCrash: (job: Job, reason: string) => void
  readonly #waiting: Job[] = []
  readonly #lanes = new Set<Lane>()

  /** `onCrash` gets a read whose process died by itself, and must settle it. */
  constructor(options: SessionOptions, most: number, onCrash: (job: Job, reason: string) => void) {
    this.#options = options
    this.#most = most
    this.#onCrash = onCrash
  }

  get lanes(): Iterable<Lane> {
    return this.#lanes
  }

  get busy(): boolean {
    return this.#waiting.length > 0 || [...this.#lanes].some(({ load }) => load > 0)
  }

  submit(job: Job): void {
    const lane = this.#choose()
    if (lane) lane.submit(job)
    else this.#waiting.push(job)
  }

  /** Called regularly while there is work. */
  enforce(now: number, limitMs: number): void {
    for (const lane of this.#lanes) {
      lane.enforce(now, limitMs)
      if (lane.runningFor(now) > SLOW_AFTER_MS) for (const job of lane.giveUpWaiting()) this.submit(job)
    }
    this.#admit()
  }

  /** The lane with the least to do; a new one when all have enough or are slow; none when there may be no more. */
  #choose(): Lane | undefined {
    const now = performance.now()
    let best: Lane | undefined
    let living = 0
    for (const lane of this.#lanes) {
      if (lane.ended) continue
      living++
      if (lane.load >= DEEPEST || lane.runningFor(now) > SLOW_AFTER_MS) continue
      if (!best || cost(lane) < cost(best)) best = lane
    }
    if ((!best || best.load >= SPREAD_FROM) && living < this.#most) {
      const started = this.#start()
      return best ?? started
    }
    return best
  }

  #start(): Lane {
    const lane = new Lane(this.#options, {
      onAnswer: () => this.#admit(),
      onEnd: (ended, running, queued, reason) => {
        this.#lanes.delete(ended)
        if (running) this.#onCrash(running, reason)
        for (const job of queued) this.submit(job)
        this.#admit()
      },
    })
    this.#lanes.add(lane)
    return lane
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const lane = next.settled ? undefined : this.#choose()
      if (!next.settled && !lane) return
      this.#waiting.shift()
      lane?.submit(next)
    }
  }
}

/** A process that is still starting is chosen only when the others are full. */
function cost(lane: Lane): number {
  return lane.load + (lane.opened ? 0 : DEEPEST)
}
