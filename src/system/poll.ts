export interface PollOptions {
  readonly intervalMs: number
  /** Of failures in a row only the first is told. */
  readonly onError: (error: unknown) => void
}

/** Longest wait of one round. */
const ROUND_MS = 2_000
/** A round that hangs is not waited for: the next one may find a database that is back. */
const MOST_AT_ONCE = 4

/** Calls `work` every so often, for ever; does not keep the process alive. The answer ends it. */
export function poll(
  work: (signal: AbortSignal) => Promise<void>,
  { intervalMs, onError }: PollOptions,
): () => void {
  let running = 0
  let isFailing = false
  const round = async () => {
    running++
    try {
      await work(AbortSignal.timeout(ROUND_MS))
      isFailing = false
    } catch (error) {
      if (!isFailing) onError(error)
      isFailing = true
    } finally {
      running--
    }
  }
  const timer = setInterval(() => {
    if (running < MOST_AT_ONCE) void round()
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}
