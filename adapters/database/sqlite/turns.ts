import { cancelled } from '../sql/interruption.ts'
import { Job } from './job.ts'

/** One at a time, in the order of asking. */
export class Turns {
  /** Settled without an answer when the caller gave up. */
  readonly #waiting: Job[] = []
  #taken = false

  get taken(): boolean {
    return this.#taken
  }

  /** Rejects when the signal aborts first. */
  async take(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw cancelled()
    if (this.#taken) {
      const place = new Job('', signal)
      this.#waiting.push(place)
      await place.result
    }
    this.#taken = true
  }

  passOn(): void {
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      if (next.settled) continue
      next.answer({ count: 0, text: '' })
      return
    }
    this.#taken = false
  }
}
