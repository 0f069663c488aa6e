import { processLost } from './errors.ts'
import { Job } from './job.ts'
import { Lane } from './lane.ts'
import type { SessionOptions } from './protocol.ts'
import type { createRequestEncoder } from './request.ts'
import type { Turn } from './seat.ts'
import { Turns } from './turns.ts'

/**
 * The one database process that writes. One caller at a time has it: for one write, or for a transaction. The next one
 * gets it when nothing of the former is left in the process, so that no write is run twice or half.
 */
export class Writer {
  readonly #options: SessionOptions
  readonly #encode: ReturnType<typeof createRequestEncoder>
  readonly #turns = new Turns()
  #lane: Lane | undefined
  #released = false

  constructor(options: SessionOptions, encode: ReturnType<typeof createRequestEncoder>) {
    this.#options = options
    this.#encode = encode
  }

  get lanes(): readonly Lane[] {
    return this.#lane ? [this.#lane] : []
  }

  get busy(): boolean {
    return this.#turns.taken
  }

  async take(signal: AbortSignal): Promise<Turn> {
    await this.#turns.take(signal)
    return this.#turn()
  }

  enforce(now: number, limitMs: number): void {
    this.#lane?.enforce(now, limitMs)
  }

  #turn(): Turn {
    let lane: Lane | undefined
    let over = false
    const release = () => {
      if (over) return
      over = true
      this.#released = true
      this.#passOnWhenQuiet()
    }
    return {
      run: async (mode, statements, signal) => {
        const json = this.#encode(mode, statements)
        lane ??= this.#living()
        // A turn is bound to one process: what it began in a lost one is rolled back.
        if (lane.ended || over) throw processLost('the turn is over')
        const job = new Job(json, signal)
        if (!job.settled) lane.submit(job)
        return job.result
      },
      abandon: () => {
        if (!over) lane?.kill()
        release()
      },
      release,
    }
  }

  #living(): Lane {
    if (this.#lane && !this.#lane.ended) return this.#lane
    const lane = new Lane(this.#options, {
      onAnswer: () => this.#passOnWhenQuiet(),
      onEnd: (ended, running, queued, reason) => {
        if (this.#lane === ended) this.#lane = undefined
        for (const job of running ? [running, ...queued] : queued) job.fail(processLost(reason))
        this.#passOnWhenQuiet()
      },
    })
    this.#lane = lane
    return lane
  }

  #passOnWhenQuiet(): void {
    if (!this.#released || (this.#lane?.load ?? 0) > 0) return
    this.#released = false
    this.#turns.passOn()
  }
}
