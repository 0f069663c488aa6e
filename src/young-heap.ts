import { setFlagsFromString } from 'node:v8'

/**
 * Loading the program makes much garbage in a short time, for which V8 would grow its young generation to 32 MB and keep
 * it. Held small until the server is ready, the process idles with 20 MB less; under load it then grows as it likes.
 * To be imported before everything else.
 */
setFlagsFromString('--semi-space-growth-factor=1')

export function letYoungHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2')
}
