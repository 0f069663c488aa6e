import { isAbsolute, relative, sep } from 'node:path'
import type { Json } from '../../core/database/value.ts'
import { type ConfiguredType, changeMarked, type ServiceConfig } from '../service-config.ts'

/** Only variables of the environment that begin so can be named by a package: others are not meant for services. */
export const PREFIX = 'CONFIG_'

/** Values of the environment, by name. */
export type ReferenceValues = Readonly<Record<string, string>>

/**
 * A config without secrets: each is `{"$env":"CONFIG_SHOP_PASSWORD"}`, but for one that is a lookup (`{db_password}`) and stays.
 * A path in the data folder is relative to it; another one belongs to this machine and becomes a reference too.
 */
export function withReferences(
  service: { readonly name: string; readonly config: ServiceConfig },
  type: ConfiguredType | undefined,
  dataDir: string,
): ServiceConfig {
  const reference = (path: readonly string[]): Json => ({ $env: variableOf(service.name, path) })
  const isLookup = (value: Json) => typeof value === 'string' && /^\{[\w.]+\}$/.test(value)
  const open = changeMarked(service.config, type, 'path', (value, path) => {
    if (typeof value !== 'string' || !isAbsolute(value)) return value
    const inside = relative(dataDir, value)
    return leaves(inside) ? reference(path) : inside
  })
  return changeMarked(open, type, 'secret', (value, path) => (isLookup(value) ? value : reference(path)))
}

/** `stored`: what the service has now, which stays where a variable is not set. Problems are sentences with their place. */
export function resolveReferences(
  config: ServiceConfig,
  stored: ServiceConfig | undefined,
  values: ReferenceValues,
): { readonly config: ServiceConfig; readonly problems: readonly string[] } {
  const problems: string[] = []
  const walk = (value: Json, kept: Json | undefined, path: string): Json => {
    if (Array.isArray(value))
      return value.map((item: Json, at) => walk(item, itemOf(kept, at), `${path}[${at}]`))
    if (!isObject(value)) return value
    const { $env: name } = value
    if (name === undefined) return walkObject(value, kept, path)
    const isWhole = typeof name === 'string' && Object.keys(value).length === 1 && name.startsWith(PREFIX)
    if (!isWhole) {
      problems.push(`${path}: a reference is {"$env":"NAME"}, with a name that begins with ${PREFIX}.`)
      return null
    }
    const found = Object.hasOwn(values, name) ? values[name] : kept
    if (found === undefined) problems.push(`${path}: the environment variable ${name} is not set.`)
    return found ?? null
  }
  const walkObject = (value: ServiceConfig, kept: Json | undefined, path: string): ServiceConfig =>
    Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(item, itemOf(kept, key), `${path}.${key}`)]),
    )
  return { config: walkObject(config, stored, 'config'), problems }
}

/** Paths as a package writes them that lead out of the data folder. */
export function escapingPaths(config: ServiceConfig, type: ConfiguredType | undefined): readonly string[] {
  const problems: string[] = []
  changeMarked(config, type, 'path', (value, path) => {
    if (typeof value === 'string' && (isAbsolute(value) || leaves(relative('.', value))))
      problems.push(
        `config.${path.join('.')}: the path leaves the data folder. Name it with {"$env":"${PREFIX}…"}.`,
      )
    return value
  })
  return problems
}

function leaves(path: string): boolean {
  return path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)
}

/** `CONFIG_SHOP_OPTIONS_TOKEN` */
export function variableOf(service: string, path: readonly string[]): string {
  return (
    PREFIX +
    [service, ...path]
      .join('_')
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, '_')
  )
}

function itemOf(value: Json | undefined, key: string | number): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)]
  return value !== undefined && isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined
}

function isObject(value: Json): value is ServiceConfig {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
