import { createHash } from 'node:crypto'
import type { Readable } from 'node:stream'
import { AppError } from '../core/errors.ts'

/** A body that is read as it comes, and known by its content when all of it was read. */
export class StreamedBody {
  readonly #source: Readable
  readonly #mostBytes: number
  readonly #hash = createHash('sha256')
  #bytes = 0

  constructor(source: Readable, mostBytes: number) {
    this.#source = source
    this.#mostBytes = mostBytes
  }

  /** What nobody has read yet. Whoever stops early leaves the rest to the next one. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#source.iterator({ destroyOnReturn: false })) {
      this.#hash.update(chunk)
      this.#bytes += chunk.length
      if (this.#bytes > this.#mostBytes)
        throw new AppError('payload_too_large', `The body is longer than ${this.#mostBytes} bytes.`)
      yield chunk
    }
  }

  /** Of the whole content, which is read to its end. Throws `payload_too_large`. */
  async digest(): Promise<string> {
    for await (const _ of this.chunks());
    return this.#hash.copy().digest('base64url')
  }
}
