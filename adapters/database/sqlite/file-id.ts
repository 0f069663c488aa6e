import { statSync } from 'node:fs'

/** Equal for the same file by whatever path; undefined where there is none. */
export function fileId(file: string): string | undefined {
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat && `${stat.dev}:${stat.ino}`
}
