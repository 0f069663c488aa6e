import type { Settings } from './variables.ts'

/** A server that keeps what several nodes share for a while. */
export interface CacheServer {
  readonly host: string
  readonly port: number
  readonly username?: string | undefined
  /** A secret. */
  readonly password?: string | undefined
  readonly database?: number | undefined
  readonly tls: boolean
}

const OF_SERVER = [
  'CACHE_HOST',
  'CACHE_PORT',
  'CACHE_USERNAME',
  'CACHE_PASSWORD',
  'CACHE_DATABASE',
  'CACHE_TLS',
] as const satisfies readonly (keyof Settings)[]

/** Undefined: the cache is the memory of this process. */
export function toCacheServer(settings: Settings): CacheServer | undefined {
  if (settings.CACHE_DRIVER !== 'redis') return undefined
  return Object.freeze({
    host: settings.CACHE_HOST ?? '127.0.0.1',
    port: settings.CACHE_PORT ?? 6379,
    username: settings.CACHE_USERNAME,
    password: settings.CACHE_PASSWORD,
    database: settings.CACHE_DATABASE,
    tls: settings.CACHE_TLS ?? false,
  })
}

/** Settings of a server, while the cache is memory. */
export function withoutEffectOnMemory(settings: Settings): string[] {
  if (settings.CACHE_DRIVER === 'redis') return []
  return OF_SERVER.filter((name) => settings[name] !== undefined).map(
    (name) => `${name} has no effect: the cache is the memory of this process.`,
  )
}
