import { readdirSync } from 'node:fs'
import { extname, join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of the built console. */
export interface ConsoleFile {
  /** On disk. */
  readonly path: string
  readonly contentType: string
  /** Its name changes with its content, so it never has to be asked for again. */
  readonly isForEver: boolean
  /** Forms of it that are there: `.br` and `.gz` beside it. */
  readonly codings: readonly ('br' | 'gzip')[]
}

export type ConsoleFiles = ReadonlyMap<string, ConsoleFile>

/** Where `npm run build` puts the console: beside the compiled program. */
export const CONSOLE_FOLDER = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../dist/web' : '../../web', import.meta.url),
)

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml; charset=utf-8',
}

/** The files of a folder by their address, `/assets/x.js`; empty when it is not there. Only these are ever read. */
export function consoleFiles(folder: string): ConsoleFiles {
  const names = new Set(namesIn(folder))
  return new Map(
    [...names].flatMap((name): [string, ConsoleFile][] => {
      const contentType = TYPES[extname(name)]
      if (contentType === undefined) return []
      const codings = CODINGS.filter(({ ending }) => names.has(name + ending)).map(({ coding }) => coding)
      const isForEver = name.startsWith('assets/')
      return [[`/${name}`, { path: join(folder, name), contentType, isForEver, codings }]]
    }),
  )
}

export const CODINGS = [
  { coding: 'br', ending: '.br' },
  { coding: 'gzip', ending: '.gz' },
] as const

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      name.split(sep).join(posix.sep),
    )
  } catch {
    return []
  }
}
