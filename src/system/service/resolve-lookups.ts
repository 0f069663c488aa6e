import type { Json } from '../../core/database/value.ts'
import { type ServiceConfig, toConfig } from '../service-config.ts'

/** `{db_password}` in texts of a config, where there is such a lookup; braces around anything else stay. */
export function resolveLookups(config: ServiceConfig, lookups: ReadonlyMap<string, string>): ServiceConfig {
  if (lookups.size === 0) return config
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, resolved(value, lookups)]))
}

function resolved(value: Json, lookups: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string')
    return value.replace(
      /\{([^{}()\s]+)\}/g,
      (whole, name: string) => lookups.get(name.toLowerCase()) ?? whole,
    )
  if (Array.isArray(value)) return value.map((item: Json) => resolved(item, lookups))
  const inner = toConfig(value)
  return inner ? resolveLookups(inner, lookups) : value
}
