import { createHash } from 'node:crypto'
import type { Cache } from '../core/cache/cache.ts'
import type { Capability } from '../core/database/capability.ts'
import { AppError } from '../core/errors.ts'
import type { Seal } from '../core/seal.ts'
import type { DatabaseService, ServiceInfo, Services } from '../core/service.ts'
import type { OpenContext, ServiceType } from '../core/service-type.ts'
import { waitFor } from './cached-load.ts'
import { cachedReads } from './cached-reads.ts'
import { type ExtrasStore, runningService } from './running-service.ts'

/** A service as it is configured: what is known of it, and the config its type opens. */
export interface ServiceDefinition {
  readonly info: ServiceInfo
  readonly config: unknown
}

export interface RunningServices extends Services {
  /**
   * Takes new definitions: unchanged services stay open, changed and removed ones close after the requests that use
   * them, the next request opens the new one.
   */
  configure(definitions: readonly ServiceDefinition[]): void
  /**
   * Finds out whether a service of this type and config would answer: opens it, asks, closes it. Throws what opening throws, and
   * `bad_request` for a config the type refuses.
   */
  probe(type: string, config: unknown, signal: AbortSignal): Promise<void>
  /** What was read of the service's catalogue and rows is read again by the next who asks. Nothing where it is not open. */
  forget(name: string): Promise<void>
  /** Closes every service after its running statements. */
  close(): Promise<void>
}

interface Entry {
  readonly definition: ServiceDefinition
  /** Equal for equal configs. */
  readonly fingerprint: string
  opening?: Promise<DatabaseService>
  service?: DatabaseService
}

interface ServicesOptions {
  readonly types: readonly ServiceType<'database'>[]
  readonly open: OpenContext
  readonly seal: Seal
  readonly spend: Services['spend']
  readonly extras: ExtrasStore
  /** For services that keep results. */
  readonly cache: Cache
  readonly onCacheError: (error: unknown) => void
  /** The schema of an open service is not what it was. */
  readonly onNewSchema?: () => void
}

/** Lifecycle: configured → (first call) opening → open → closed. A failed opening is forgotten, so the next call retries. */
export function createServices(options: ServicesOptions): RunningServices {
  const { types, seal, spend, extras, open } = options
  const typeByName = new Map(types.map((type) => [type.name, type]))
  let entries = new Map<string, Entry>()
  let infos: readonly ServiceInfo[] = []

  function entryFor(name: string): Entry {
    const entry = entries.get(name.toLowerCase())
    if (!entry) throw new AppError('not_found', `Could not find a service for ${name}`)
    return entry
  }

  function start(entry: Entry): Promise<DatabaseService> {
    const opening = openService(entry, typeFor(entry.definition.info.type), options)
    entry.opening = opening
    opening.then(
      (service) => {
        entry.service = service
      },
      () => {
        delete entry.opening
      },
    )
    return opening
  }

  function typeFor(name: string): ServiceType<'database'> {
    const type = typeByName.get(name)
    if (!type) throw new AppError('unavailable', `The service type '${name}' is not known to this version.`)
    return type
  }

  return {
    seal,
    spend,
    list: () => infos,
    find: (name) => entries.get(name.toLowerCase())?.definition.info,
    capabilities(name) {
      const { service, definition } = entryFor(name)
      const ofType = typeByName.get(definition.info.type)?.capabilities
      return service?.adapter.capabilities ?? ofType ?? new Set<Capability>()
    },
    tableNamed(name, table) {
      const entry = entries.get(name.toLowerCase())
      if (!entry) return table
      const { service, definition } = entry
      if (service) return service.tableNamed(table)
      return extras.of(definition.info.id).tableByAlias.get(table.toLowerCase()) ?? table
    },
    settings: (name) => entryFor(name).service?.settings,
    opened: (name) => entries.get(name.toLowerCase())?.service,
    async open(name, signal) {
      const entry = entryFor(name)
      return entry.service ?? waitFor(entry.opening ?? start(entry), signal)
    },
    configure(definitions) {
      const before = entries
      entries = new Map(
        definitions.map((definition) => [definition.info.name.toLowerCase(), reused(before, definition)]),
      )
      infos = definitions.map(({ info }) => info)
      const kept = new Set(entries.values())
      for (const entry of before.values()) if (!kept.has(entry)) void closeEntry(entry)
    },
    async probe(name, config, signal) {
      const type = typeFor(name)
      const parsed = type.config.safeParse(config)
      if (!parsed.success) throw new AppError('bad_request', 'The configuration is not valid.')
      const adapter = await type.open(parsed.data, open)
      try {
        await adapter.ping({ signal })
      } finally {
        await adapter.close()
      }
    },
    forget: async (name) => entryFor(name).service?.forget(),
    async close() {
      const open = [...entries.values()]
      entries = new Map()
      infos = []
      await Promise.all(open.map(closeEntry))
    },
  }
}

function reused(before: ReadonlyMap<string, Entry>, definition: ServiceDefinition): Entry {
  const fingerprint = createHash('sha256').update(JSON.stringify(definition)).digest('hex')
  const old = before.get(definition.info.name.toLowerCase())
  return old?.fingerprint === fingerprint ? old : { definition, fingerprint }
}

async function openService(
  { definition: { info, config }, fingerprint }: Entry,
  type: ServiceType<'database'>,
  { open, extras, seal, cache, onCacheError, onNewSchema }: ServicesOptions,
): Promise<DatabaseService> {
  const parsed = type.config.safeParse(config)
  if (!parsed.success) {
    const problems = parsed.error.issues
      .map(({ path, message }) => `${path.join('.')}: ${message}`)
      .join('; ')
    throw new AppError('unavailable', `The configuration of service '${info.name}' is not valid.`, {
      hint: 'An administrator has to correct it.',
      cause: problems,
    })
  }
  const adapter = await type.open(parsed.data, open)
  const settings = type.settings(parsed.data)
  const { cacheTtlMs: ttlMs } = settings
  if (ttlMs === undefined) return runningService({ info, settings, adapter, extras, onNewSchema })
  const scope = seal.seal(fingerprint, 'reads')
  const version = () => extras.of(info.id).version
  const reads = cachedReads(adapter, { cache, scope, version, ttlMs, onError: onCacheError })
  const { forgetReads } = reads
  return runningService({ info, settings, adapter: reads, extras, forgetReads, onNewSchema })
}

/** The adapter lets running statements end before it closes. */
async function closeEntry(entry: Entry): Promise<void> {
  const service = await entry.opening?.catch(() => undefined)
  await service?.adapter.close()
}
