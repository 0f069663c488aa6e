import type { z } from 'zod'
import type { Capability } from './database/capability.ts'
import type { AdapterByKind, DatabaseSettings, ServiceKind } from './service.ts'

export interface OpenContext {
  /** Relative paths in a service's config are relative to this folder. */
  readonly baseDir: string
  /** Longest a single statement may run, in milliseconds. */
  readonly statementTimeoutMs: number
}

/** A type of service: words, a config schema and how to open one. Importing it loads no driver. */
export interface ServiceType<K extends ServiceKind = ServiceKind, C = unknown> {
  /** As the wire names it: `sqlite`, `pgsql`. */
  readonly name: string
  readonly label: string
  readonly description: string
  readonly group: string
  readonly kind: K
  readonly capabilities: ReadonlySet<Capability>
  /** Strict; secret fields carry `.meta({ secret: true })`, every field a `.describe()`. */
  readonly config: z.ZodType<C>
  /** URL schemes of `--service NAME=URL`, and how a URL becomes a config. */
  readonly url?: { readonly schemes: readonly string[]; readonly toConfig: (url: string) => unknown }
  settings(config: C): DatabaseSettings
  /** Must not wait for the first query to find a wrong address: checks what it can, throws `unavailable` with what to do. */
  open(config: C, context: OpenContext): Promise<AdapterByKind[K]>
}

export function defineServiceType<K extends ServiceKind, C>(type: ServiceType<K, C>): ServiceType<K, C> {
  return type
}
