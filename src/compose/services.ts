import type { Config } from '../config/config.ts'
import type { ServiceFlag } from '../config/service-url.ts'
import type { IdempotencyBook } from '../core/idempotency.ts'
import type { createLogger } from '../observe/log.ts'
import { definitionsOf } from '../service-definitions.ts'
import { createServices, type RunningServices } from '../services/create-services.ts'
import { createExtrasStore } from '../system/extras/extras-store.ts'
import { isFirst } from '../system/idempotency-book.ts'
import type { Snapshot } from '../system/snapshot.ts'
import { serviceTypes } from './installed.ts'
import type { Storage } from './storage.ts'

interface Parts extends Storage {
  readonly config: Config
  readonly flags: readonly ServiceFlag[]
  readonly idempotency: IdempotencyBook
  readonly onNewSchema: () => void
  readonly log: ReturnType<typeof createLogger>
}

/** The services of the system database and of the command line, as they are at any time. */
export function composeServices({
  config,
  flags,
  store,
  keyring,
  cache,
  log,
  ...parts
}: Parts): RunningServices {
  const services = createServices({
    types: serviceTypes,
    open: { baseDir: config.dataDir, statementTimeoutMs: config.statementTimeoutMs },
    seal: keyring.seal,
    spend: (code) => isFirst(parts.idempotency, code),
    extras: createExtrasStore(store),
    cache,
    onNewSchema: parts.onNewSchema,
    onCacheError: (error) => log.debug({ err: error }, 'the cache was left out'),
  })
  let configured: Snapshot | undefined
  const configure = (snapshot: Snapshot) => {
    const { services: records, configLookups } = snapshot
    const isAsBefore = configured?.services === records && configured.configLookups === configLookups
    configured = snapshot
    if (!isAsBefore) services.configure(definitionsOf(snapshot, flags, isKnown))
  }
  configure(store.snapshot())
  store.onChange(configure)
  return services
}

function isKnown(type: string): boolean {
  return serviceTypes.some(({ name }) => name === type)
}
