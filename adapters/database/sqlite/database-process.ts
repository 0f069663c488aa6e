import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import {
  type Answer,
  type DriverFailure,
  decodeAnswer,
  encodeRequest,
  type Forwarded,
  FrameReader,
  type SessionOptions,
} from './protocol.ts'

export interface ProcessEvents {
  /** In the order of the requests; the first is the answer to opening the database. */
  onAnswer(answer: Answer | Forwarded | DriverFailure): void
  /** Once, when the process is gone, however it went. */
  onEnd(reason: string): void
}

/** The server's end of a database process (worker.ts). */
export class DatabaseProcess {
  readonly #child: ChildProcess
  readonly #channel: Socket
  readonly #outgoing: Buffer[] = []
  #ended = false

  constructor(options: SessionOptions, events: ProcessEvents) {
    // No environment: the server's holds secrets that a database process has no use for.
    this.#child = spawn(process.execPath, [...MEMORY, WORKER, String(process.pid)], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      env: {},
      windowsHide: true,
    })
    // `pipe` beyond the standard three is a duplex socket, which the types leave open.
    this.#channel = this.#child.stdio[3] as Socket
    const frames = new FrameReader()
    this.#channel.on('data', (chunk: Buffer) => {
      frames.push(chunk)
      for (let parts = frames.nextParts(); parts; parts = frames.nextParts())
        events.onAnswer(decodeAnswer(parts))
    })
    // A broken channel is followed by the process's end, which says more.
    this.#channel.on('error', () => this.kill())
    const end = (reason: string) => {
      if (this.#ended) return
      this.#ended = true
      events.onEnd(reason)
    }
    this.#child.on('error', (error) => end(error.message))
    this.#child.on('close', (code, signal) => end(signal ?? `exit code ${code}`))
    this.#child.unref()
    this.send(JSON.stringify(options))
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Requests of one turn of the event loop leave together. */
  send(json: string): void {
    if (this.#outgoing.push(encodeRequest(json)) === 1) setImmediate(() => this.#flush())
  }

  /** While requests are under way the process keeps the server alive, for its end too; afterwards it does not. */
  hold(underWay: boolean): void {
    for (const part of [this.#channel, this.#child]) {
      if (underWay) part.ref()
      else part.unref()
    }
  }

  /** Stops it at once, in the middle of a statement. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** Lets it close its database and end by itself. */
  end(): void {
    this.#flush()
    this.#channel.end()
  }

  #flush(): void {
    const [first, ...others] = this.#outgoing.splice(0)
    if (first && this.#channel.writable)
      this.#channel.write(others.length === 0 ? first : Buffer.concat([first, ...others]))
  }
}

/** Small heaps: results pass through, nothing stays. */
const MEMORY = ['--max-semi-space-size=2']

/** Node 20 runs no TypeScript: from sources (tests, tsx) the process is started from the build. */
const WORKER = fileURLToPath(
  import.meta.url.endsWith('.ts')
    ? new URL('../../../dist/adapters/database/sqlite/worker.js', import.meta.url)
    : new URL('./worker.js', import.meta.url),
)
