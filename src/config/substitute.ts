import type { Json } from '../core/database/value.ts'

interface Substituted {
  readonly value: Json
  /** One sentence for each name that is not set, with its JSON path. */
  readonly problems: readonly string[]
}

const REFERENCE = /\$(\$\{)|\$\{([^}]*)\}/g
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Replaces `${NAME}` in every string by that variable of the environment; `$${` is a plain `${`. Keys stay as they are. */
export function substituteEnvironment(
  value: Json,
  env: Readonly<Record<string, string | undefined>>,
): Substituted {
  const problems: string[] = []
  const inText = (text: string, path: string) =>
    text.replace(REFERENCE, (written: string, escaped: string | undefined, name: string | undefined) => {
      if (escaped) return escaped
      const found = name !== undefined && NAME.test(name) && Object.hasOwn(env, name) ? env[name] : undefined
      if (found !== undefined) return found
      problems.push(problem(path, written, name ?? ''))
      return written
    })
  const walk = (item: Json, path: string): Json => {
    if (typeof item === 'string') return inText(item, path)
    if (item === null || typeof item !== 'object') return item
    if (isList(item)) return item.map((member, at) => walk(member, `${path}[${at}]`))
    return Object.fromEntries(
      Object.entries(item).map(([key, member]) => [key, walk(member, path === '' ? key : `${path}.${key}`)]),
    )
  }
  return { value: walk(value, ''), problems }
}

function problem(path: string, written: string, name: string): string {
  if (!NAME.test(name)) return `${path}: ${written} is not the name of an environment variable.`
  return `${path}: the environment variable ${name} is not set. Set it, or write the value into the file.`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
