import type { Duplex } from 'node:stream'
import type { DoubleSession } from './double.ts'
import { answerOf } from './tds-answer.ts'
import { readOrder } from './tds-order.ts'
import { done, error, FAILED, packetsOf, STOPPED } from './tds-tokens.ts'

/** What one connection asks of its session, one after the other. */
export class SessionChannel {
  readonly #channel: Duplex
  readonly #session: Promise<DoubleSession>
  #running: Promise<unknown> | undefined
  #isStopped = false

  constructor(channel: Duplex, session: Promise<DoubleSession>) {
    this.#channel = channel
    this.#session = session
    channel.on('close', () => void session.then((one) => one.close()).catch(() => {}))
  }

  /** `isReset`: the session is to be new before it runs anything. */
  run(type: number, body: Buffer, isReset: boolean): void {
    this.#isStopped = false
    this.#running = this.#run(type, body, isReset).finally(() => {
      this.#running = undefined
    })
  }

  async stop(): Promise<void> {
    if (!this.#running) return void this.#tell(done(STOPPED))
    this.#isStopped = true
    const session = await this.#session
    await session.cancel().catch(() => {})
    await this.#running
    this.#tell(done(STOPPED))
  }

  async #run(type: number, body: Buffer, isReset: boolean): Promise<void> {
    try {
      const session = await this.#session
      if (isReset) await session.reset()
      const order = readOrder(type, body)
      const told = await session.run(order)
      if (this.#isStopped) return this.#tell(done(FAILED))
      if (!told.error) return this.#tell(answerOf(told, order.as))
      const { number }: { number?: number } = Object(told.error)
      const isOver = number === undefined && !('severity' in told.error)
      if (isOver) this.#channel.destroy()
      else this.#tell(error(number ?? UNMAPPED, told.error.message))
    } catch {
      this.#channel.destroy()
    }
  }

  #tell(body: Buffer): void {
    if (!this.#channel.destroyed) for (const part of packetsOf(body)) this.#channel.write(part)
  }
}

/** As Babelfish tells what has no number of SQL Server. */
const UNMAPPED = 33_557_097
