import { z } from 'zod'
import type { DatabaseSettings } from '../service.ts'

/** The config keys of every type of database that are about requests, not about the connection (dreamfactory-rest §7.3). */
export const settingsFields = {
  allow_upsert: z.boolean().default(false).describe('PUT and PATCH create records that do not exist.'),
  halt_on_error: z
    .boolean()
    .default(false)
    .describe('Of several records in one request, those before the first that fails stay.'),
  max_records: z.int().min(1).default(1000).describe('Most records that one read returns over REST.'),
  cache_enabled: z
    .boolean()
    .default(false)
    .describe(
      'Results of reads are kept for a while. Writes through this server end that, others are seen when it is over.',
    ),
  cache_ttl: z
    .int()
    .min(0)
    .max(86_400)
    .default(0)
    .describe('How long results are kept, in seconds; 0 for a minute.'),
}

const CACHE_SECONDS = 60

/** The settings that these keys make. */
export function databaseSettings(config: z.output<z.ZodObject<typeof settingsFields>>): DatabaseSettings {
  const { max_records, allow_upsert, halt_on_error, cache_enabled, cache_ttl } = config
  return {
    maxRecords: max_records,
    allowUpsert: allow_upsert,
    haltsOnError: halt_on_error,
    ...(cache_enabled && { cacheTtlMs: (cache_ttl || CACHE_SECONDS) * 1000 }),
  }
}
