import { closed, readOnly } from '../sql/interruption.ts'
import { processLost } from './errors.ts'
import { fileId } from './file-id.ts'
import { Job } from './job.ts'
import { type Lane, SLOW_AFTER_MS } from './lane.ts'
import { APART, type Mode, type SessionOptions } from './protocol.ts'
import { ReaderPool } from './reader-pool.ts'
import { carefully, createRequestEncoder, isCareful, isTogether, type SqliteStatement } from './request.ts'
import type { Seat, Turn } from './seat.ts'
import { Writer } from './writer.ts'

export interface ProcessSeatOptions extends Omit<SessionOptions, 'access'> {
  /** No process that could write is ever started. */
  readonly readOnly: boolean
  /** Most processes that read at the same time. */
  readonly readers: number
  readonly statementTimeoutMs: number
  /** A process without work for so long is let go. */
  readonly idleMs: number
}

/** How long a process may take to close its database before it is killed. */
const CLOSE_LIMIT_MS = 3000
/** How often a look is taken whether the path still names the file that is open. */
const FILE_CHECK_MS = 1000

/**
 * Runs statements in processes of their own: readers, and one that writes. Processes are started when needed. Killing
 * one is what stops a statement: no SQLite driver for Node can interrupt one from outside.
 */
export class ProcessSeat implements Seat {
  readonly #options: ProcessSeatOptions
  readonly #encode = createRequestEncoder()
  readonly #writer: Writer
  /** A database in memory lives in one process, which then reads as well. */
  readonly #readers: ReaderPool | undefined
  /** The database holds text that is not UTF-8. */
  #careful = false
  #closing: Promise<void> | undefined
  #clock: NodeJS.Timeout | undefined
  #idleClock: NodeJS.Timeout | undefined
  #quiet: () => void = () => {}
  #fileId: string | undefined
  #fileChecked = 0

  constructor(options: ProcessSeatOptions) {
    const { file, statements, busyTimeoutMs, readers } = options
    const session = { file, statements, busyTimeoutMs }
    this.#options = options
    this.#writer = new Writer({ ...session, access: 'write' }, this.#encode)
    if (file === ':memory:') return
    this.#readers = new ReaderPool({ ...session, access: 'read' }, readers, (job, reason) =>
      this.#crashed(job, reason),
    )
  }

  /** Of the living processes; for tests and diagnosis. */
  get pids(): { readonly readers: readonly number[]; readonly writer: readonly number[] } {
    const of = (lanes: Iterable<Lane>) => [...lanes].flatMap(({ pid }) => pid ?? [])
    return { readers: of(this.#readers?.lanes ?? []), writer: of(this.#writer.lanes) }
  }

  read(statement: SqliteStatement, signal: AbortSignal): ReturnType<Seat['read']> {
    return this.#read(this.#careful ? 'careful' : 'read', [statement], signal)
  }

  async readTogether(
    statements: readonly SqliteStatement[],
    signal: AbortSignal,
  ): ReturnType<Seat['readTogether']> {
    return this.#careful ? APART : this.#read('together', statements, signal)
  }

  async #read(
    mode: Mode,
    statements: readonly SqliteStatement[],
    signal: AbortSignal,
  ): ReturnType<Seat['read']> {
    const readers = this.#readers
    if (!readers) {
      const turn = await this.take(signal)
      return turn.run(mode === 'careful' ? 'read' : mode, statements, signal).finally(turn.release)
    }
    this.#wake()
    const job = new Job(this.#encode(mode, statements), signal)
    if (!job.settled) readers.submit(job)
    return job.result
  }

  async take(signal: AbortSignal): Promise<Turn> {
    if (this.#options.readOnly) throw readOnly()
    this.#wake()
    return this.#writer.take(signal)
  }

  close(): Promise<void> {
    this.#closing ??= this.#drain()
    return this.#closing
  }

  async #drain(): Promise<void> {
    if (this.#busy) {
      // Somebody waits for it now: the clock has to keep the server alive until the last statement is over.
      this.#clock?.ref()
      await new Promise<void>((resolve) => {
        this.#quiet = resolve
      })
    }
    clearInterval(this.#clock)
    clearTimeout(this.#idleClock)
    await Promise.all(this.#lanes().map((lane) => lane.close(CLOSE_LIMIT_MS)))
  }

  get #busy(): boolean {
    return this.#writer.busy || (this.#readers?.busy ?? false)
  }

  #lanes(): Lane[] {
    return [...(this.#readers?.lanes ?? []), ...this.#writer.lanes]
  }

  #wake(): void {
    if (this.#closing) throw closed()
    if (this.#readers) this.#checkFile()
    if (this.#clock) return
    clearTimeout(this.#idleClock)
    this.#clock = setInterval(() => this.#tick(), SLOW_AFTER_MS)
    this.#clock.unref()
  }

  /** While there is work: limits are enforced; then the processes are let go when there is none for long. */
  #tick(): void {
    const now = performance.now()
    const { statementTimeoutMs, idleMs } = this.#options
    this.#readers?.enforce(now, statementTimeoutMs)
    this.#writer.enforce(now, statementTimeoutMs)
    this.#letGo(now)
    if (this.#busy) return
    clearInterval(this.#clock)
    this.#clock = undefined
    this.#quiet()
    // What a database in memory holds would go with its process.
    if (!this.#readers) return
    this.#idleClock = setTimeout(() => this.#letGo(performance.now()), idleMs + SLOW_AFTER_MS)
    this.#idleClock.unref()
  }

  #letGo(now: number): void {
    if (!this.#readers) return
    const idle = this.#writer.busy ? [...this.#readers.lanes] : this.#lanes()
    for (const lane of idle) {
      if (lane.load === 0 && now - lane.lastUsed >= this.#options.idleMs) lane.end()
    }
  }

  /** Open files stay what they were when another takes their path: processes of the old file are let go. */
  #checkFile(): void {
    const now = performance.now()
    if (now - this.#fileChecked < FILE_CHECK_MS) return
    this.#fileChecked = now
    const id = fileId(this.#options.file)
    if (this.#fileId !== undefined && this.#fileId !== id) for (const lane of this.#lanes()) lane.end()
    this.#fileId = id
  }

  #crashed(job: Job, reason: string): void {
    // What the driver does when it meets text that is not UTF-8.
    if (reason !== 'SIGABRT' || isCareful(job.json)) {
      job.fail(processLost(reason))
      return
    }
    this.#careful = true
    if (isTogether(job.json)) {
      job.answer(APART)
      return
    }
    job.json = carefully(job.json)
    this.#readers?.submit(job)
  }
}
