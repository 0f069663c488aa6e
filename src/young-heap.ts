import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Loading the program makes much garbage in a short time, for which V8 would grow its young generation to 32 MB and keep
 * it. Held small until the server is ready, the process idles with 20 MB less; under load it then grows as it likes.
 * To be imported before everything else.
 */
setFlagsFromString('--semi-space-growth-factor=1')

/** Milliseconds after the start, when nobody waits for the first answer any more. */
const COLLECT_MS = 3_000

export function letYoungHeapGrow(): void {
  setTimeout(collect, COLLECT_MS).unref()
}

/**
 * Beside a small heap V8 lets 8 MB come before it looks through all of it, also of what is not in it: the bytes of a few long answers.
 * Let half as much more come as the heap has, which is more than the 32 MB of buffers at which it looks for young ones alone: those
 * are found then, without a look through the heap. An idle process gives it back.
 */
const GROWTH = '--heap-growing-percent=150'

/** What the start left behind: V8 would keep it, 40 to 80 MB, until the first requests fill the heap. Once, for about 50 ms. */
function collect(): void {
  setFlagsFromString('--expose-gc')
  setFlagsFromString('--compact-on-every-full-gc')
  const collectGarbage: unknown = runInNewContext('gc')
  setFlagsFromString('--no-expose-gc')
  if (typeof collectGarbage === 'function') collectGarbage()
  setFlagsFromString('--no-compact-on-every-full-gc')
  setFlagsFromString('--semi-space-growth-factor=2')
  setFlagsFromString(GROWTH)
}
