import { resolve } from 'node:path'
import type { Settings } from './variables.ts'

/** Where the system's records are. */
export type SystemDatabase =
  | { readonly kind: 'file' /** Absolute. */; readonly file: string }
  | {
      readonly kind: 'server'
      /** A type of service; `config` is what such a service is configured with, not yet checked. */
      readonly type: string
      readonly config: Readonly<Record<string, string | number>>
    }

const VARIABLE_OF: Readonly<Record<string, keyof Settings>> = {
  host: 'DB_HOST',
  port: 'DB_PORT',
  database: 'DB_DATABASE',
  username: 'DB_USERNAME',
  password: 'DB_PASSWORD',
  sslmode: 'DB_SSLMODE',
  sslrootcert: 'DB_SSLROOTCERT',
}

export function toSystemDatabase(settings: Settings, dataDir: string): SystemDatabase {
  const type = typeOf(settings)
  if (type === undefined)
    return Object.freeze({ kind: 'file', file: resolve(dataDir, settings.DB_DATABASE ?? 'system.sqlite') })
  const config = Object.entries(VARIABLE_OF).flatMap(([key, name]) => {
    const value = settings[name]
    return typeof value === 'string' || typeof value === 'number' ? [[key, value] as const] : []
  })
  return Object.freeze({ kind: 'server', type, config: Object.freeze(Object.fromEntries(config)) })
}

/** One sentence for each setting that a system database on a server cannot do without. */
export function missingForSystemDatabase(settings: Settings): string[] {
  const type = typeOf(settings)
  if (type === undefined) return []
  return REQUIRED.filter((name) => settings[name] === undefined).map(
    (name) => `${name} must be set, because DB_CONNECTION is '${type}'.`,
  )
}

/** Settings of a server, while the system database is a file. */
export function withoutEffectOnFile(settings: Settings): string[] {
  if (typeOf(settings) !== undefined) return []
  return Object.values(VARIABLE_OF)
    .filter((name) => name !== 'DB_DATABASE' && settings[name] !== undefined)
    .map((name) => `${name} has no effect: the system database is SQLite.`)
}

const REQUIRED = ['DB_HOST', 'DB_DATABASE', 'DB_USERNAME'] as const

function typeOf({ DB_CONNECTION: type }: Settings): string | undefined {
  return type === undefined || type === 'sqlite' ? undefined : type
}
