import type { AppError } from '../../../src/core/errors.ts'
import { statementTimeout } from '../sql/interruption.ts'
import { DatabaseProcess } from './database-process.ts'
import { openError, processLost } from './errors.ts'
import type { Job } from './job.ts'
import type { SessionOptions } from './protocol.ts'

/** A statement that has run for so long makes the ones behind it look for another process. */
export const SLOW_AFTER_MS = 25
/** How long a statement that nobody waits for may go on: killing a process that is about to answer would be waste. */
const GRACE_MS = 20
/** Starting a process and opening the file takes 70 ms; waiting for another process's lock up to the busy timeout. */
const OPEN_LIMIT_MS = 30_000

export interface LaneEvents {
  /** After each answer, and when the database is open. */
  onAnswer(lane: Lane): void
  /**
   * The process is gone. `running` was under way when it died by itself, `queued` are the others; both only as far as
   * somebody still waits for them here.
   */
  onEnd(lane: Lane, running: Job | undefined, queued: readonly Job[], reason: string): void
}

/** One life of a database process and the requests in it. It runs them one at a time, in order. */
export class Lane {
  /** Performance-clock time of the last answer. */
  lastUsed = performance.now()
  /** Resolves when the process is gone. */
  readonly gone: Promise<void>
  #onGone: () => void = () => {}
  readonly #process: DatabaseProcess
  readonly #jobs: Job[] = []
  readonly #givenUp = new WeakSet<Job>()
  readonly #events: LaneEvents
  /** When the first job began to run, as far as can be seen from here. */
  #since = performance.now()
  #opened = false
  #ended = false
  #killed = false

  constructor(options: SessionOptions, events: LaneEvents) {
    this.#events = events
    this.gone = new Promise((resolve) => {
      this.#onGone = resolve
    })
    this.#process = new DatabaseProcess(options, {
      onAnswer: (answer) => {
        this.lastUsed = this.#since = performance.now()
        if (this.#opened) {
          this.#jobs.shift()?.answer(answer)
          if (this.#jobs.length === 0) this.#process.hold(false)
        } else if ('code' in answer) return this.#failAll(openError(answer))
        else this.#opened = true
        events.onAnswer(this)
      },
      onEnd: (reason) => this.#end(reason),
    })
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get opened(): boolean {
    return this.#opened
  }

  /** No further requests. */
  get ended(): boolean {
    return this.#ended
  }

  get load(): number {
    return this.#jobs.length
  }

  /** Milliseconds that the first job has been running. */
  runningFor(now: number): number {
    return this.#opened && this.#jobs.length > 0 ? now - this.#since : 0
  }

  submit(job: Job): void {
    if (this.#jobs.push(job) === 1) {
      this.#since = performance.now()
      this.#process.hold(true)
    }
    this.#process.send(job.json)
  }

  /** Gives up the jobs behind the first: they may still be answered here, but another lane answers for them. */
  giveUpWaiting(): readonly Job[] {
    const waiting = this.#jobs.slice(1).filter((job) => this.#isOurs(job))
    for (const job of waiting) this.#givenUp.add(job)
    return waiting
  }

  /** Ends a statement that is over its time, or that nobody waits for. */
  enforce(now: number, limitMs: number): void {
    const [running] = this.#jobs
    if (!running) return
    const age = now - this.#since
    if (!this.#opened) {
      if (age > OPEN_LIMIT_MS) this.kill()
    } else if (running.settled) {
      if (age > GRACE_MS) this.kill()
    } else if (age > limitMs) {
      running.fail(statementTimeout(limitMs))
      this.kill()
    }
  }

  /** In the middle of whatever it does. */
  kill(): void {
    this.#killed = this.#ended = true
    this.#process.kill()
  }

  /** When everything in it is answered. */
  end(): void {
    if (!this.#ended) this.#process.end()
    this.#ended = true
  }

  /** Ends and waits for it, but not long. */
  async close(limitMs: number): Promise<void> {
    this.end()
    this.#process.hold(true)
    const clock = setTimeout(() => this.kill(), limitMs)
    await this.gone
    clearTimeout(clock)
  }

  #failAll(error: AppError): void {
    this.#ended = true
    for (const job of this.#jobs) job.fail(error)
  }

  #end(reason: string): void {
    this.#ended = true
    if (!this.#opened) this.#failAll(processLost(reason))
    const jobs = this.#jobs.splice(0)
    // What we killed did not die of what it ran.
    const first = this.#killed ? undefined : jobs.shift()
    const running = first && this.#isOurs(first) ? first : undefined
    this.#process.hold(false)
    this.#onGone()
    this.#events.onEnd(
      this,
      running,
      jobs.filter((job) => this.#isOurs(job)),
      reason,
    )
  }

  #isOurs(job: Job): boolean {
    return !job.settled && !this.#givenUp.has(job)
  }
}
