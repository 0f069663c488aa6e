import { Readable } from 'node:stream'

interface TextStream<T> {
  readonly head: string
  readonly parts: AsyncIterator<T>
  /** The text of a part. */
  readonly write: (part: T) => string
  readonly tail: string
}

/** A client that takes nothing for so long loses its connection: it holds one to the database. */
const LONGEST_STALL_MS = 60_000

/**
 * Text that is made as it is taken: the next part is asked for when the one before went out. Destroyed, it ends the
 * parts; when they fail it fails, so that the connection is cut and nobody takes the text for whole.
 */
export function textStream<T>({ head, parts, write, tail }: TextStream<T>): Readable {
  let stall: NodeJS.Timeout | undefined
  const stream = new Readable({
    encoding: undefined,
    read() {
      clearTimeout(stall)
      advance().catch((error: Error) => stream.destroy(error))
    },
    destroy(error, callback) {
      clearTimeout(stall)
      const ended = parts.return?.() ?? Promise.resolve()
      ended.then(
        () => callback(error),
        () => callback(error),
      )
    },
  })
  stream.push(head)
  return stream

  async function advance(): Promise<void> {
    const { done, value } = await parts.next()
    stall = setTimeout(() => stream.destroy(new Error('The client took nothing.')), LONGEST_STALL_MS).unref()
    if (!done) return void stream.push(write(value))
    if (tail !== '') stream.push(tail)
    stream.push(null)
  }
}
