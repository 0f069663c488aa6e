/** The process's environment variables, as they are: the only place they are read. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env
}
