import { openMemory } from '../../adapters/database/memory/open.ts'
import type { DatabaseAdapter } from '../../src/core/database/adapter.ts'
import { AppError } from '../../src/core/errors.ts'

/** An engine whose reads end only when they are aborted. */
export function waitingAdapter() {
  let tellStarted = () => {}
  let tellAborted = () => {}
  const started = new Promise<void>((resolve) => {
    tellStarted = resolve
  })
  const aborted = new Promise<void>((resolve) => {
    tellAborted = resolve
  })
  const adapter: DatabaseAdapter = {
    ...openMemory(),
    select: (_query, { signal }) =>
      new Promise((_resolve, reject) => {
        tellStarted()
        signal.addEventListener('abort', () => {
          tellAborted()
          reject(new AppError('timeout', 'Cancelled.'))
        })
      }),
  }
  return { adapter, started, aborted }
}
