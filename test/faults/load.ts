import { toAppError } from '../../src/core/errors.ts'
import { outcome, pause, until } from './scene.ts'

/** What a load does over and over; both reject when the answer is an error. */
export interface Work {
  /** Writes three rows of a batch, all or none. */
  write(batch: number): Promise<void>
  read(): Promise<void>
}

export interface Report {
  /** Batches that were answered as written. */
  readonly acknowledged: ReadonlySet<number>
  readonly reads: number
  readonly failures: readonly { readonly code: string; readonly message: string }[]
}

export interface Load {
  /** Resolves when more than ten batches were acknowledged and more than ten reads answered. */
  busy(): Promise<unknown>
  /** Resolves when a call has failed. */
  failing(): Promise<unknown>
  /** Resolves when batches were acknowledged and reads answered after this call. */
  working(): Promise<unknown>
  end(): Promise<Report>
}

/** Keeps four writers and four readers busy until it is ended. */
export function startLoad(work: Work): Load {
  const acknowledged = new Set<number>()
  const failures: { code: string; message: string }[] = []
  let reads = 0
  let batches = 0
  let isOver = false

  async function timed(run: () => Promise<void>, succeeded: () => void): Promise<void> {
    const { error } = await outcome(run())
    if (error === undefined) return succeeded()
    const { code, message } = toAppError(error)
    failures.push({ code, message })
    await pause(20)
  }
  async function writer(): Promise<void> {
    while (!isOver) {
      const batch = ++batches
      await timed(
        () => work.write(batch),
        () => acknowledged.add(batch),
      )
    }
  }
  async function reader(): Promise<void> {
    while (!isOver) await timed(work.read, () => reads++)
  }

  const running = [1, 2, 3, 4].flatMap(() => [writer(), reader()])
  const more = (writes: number, answers: number) => async () => acknowledged.size > writes && reads > answers
  return {
    busy: () => until('a load is answered', more(10, 10)),
    failing: () => until('a call fails', async () => failures.length > 0),
    working: () => until('calls work again', more(acknowledged.size + 3, reads + 3)),
    end: async () => {
      isOver = true
      await Promise.all(running)
      return { acknowledged, reads, failures }
    },
  }
}
