import type { Caller } from '../../core/caller.ts'
import { AppError } from '../../core/errors.ts'
import type { ServiceInfo } from '../../core/service.ts'
import { describeService, type UsableService } from '../../operations/database/describe-service.ts'
import type { RestDeps } from '../rest-deps.ts'
import { userPart } from './account-paths.ts'
import { COMMON_NAMES, createDocument } from './document.ts'
import { createDocumentNames, type DocumentNames } from './document-names.ts'
import { servicePart } from './service-part.ts'
import { systemPart } from './system-part.ts'
import { createTextCache } from './text-cache.ts'
import { writtenDocument } from './written-document.ts'

/** Who asks for a document, and until when. */
export interface DocumentAsked {
  readonly caller: Caller
  readonly signal: AbortSignal
  /** Reads the catalogues again first. */
  readonly refresh: boolean
}

/** OpenAPI documents as JSON text, cut to what the caller may use. */
export interface ApiDocuments {
  /** Of one service; its paths are relative to the service. */
  service(info: ServiceInfo, asked: DocumentAsked): Promise<string>
  /** Of the system service. */
  system(asked: DocumentAsked): string
  /** Of the user service. */
  user(asked: DocumentAsked): string
  /** Of all services that the caller reaches and that answer now. */
  instance(asked: DocumentAsked): Promise<string>
}

type Deps = Pick<RestDeps, 'services' | 'execute' | 'system' | 'configVersion' | 'serviceDocs'>

/** Characters kept of all documents together. */
const MAX_CHARACTERS = 32 * 1024 * 1024
/** Services opened at a time for the document of the instance. */
const AT_ONCE = 4

export function createApiDocuments(deps: Deps): ApiDocuments {
  const { services, execute, system } = deps
  const cache = createTextCache(MAX_CHARACTERS)
  const keyOf = ({ caller }: DocumentAsked, ...parts: readonly string[]) =>
    JSON.stringify([deps.configVersion(), caller.policy.key, ...parts])
  const read = (info: ServiceInfo, { caller, signal, refresh }: DocumentAsked) =>
    execute(describeService, { service: info.name, input: { refresh }, caller, services, signal })
  const partOf = (info: ServiceInfo, usable: UsableService, asked: DocumentAsked, place: Place) =>
    servicePart(info, usable, {
      ...place,
      capabilities: services.capabilities(info.name),
      hasSpec: asked.caller.policy.decide(info.name, '_spec', 'GET').allowed,
    })
  const systemOf = ({ caller }: DocumentAsked, place: Place) =>
    systemPart({
      resources: system.kinds,
      ...place,
      policy: caller.policy,
      relations: (resource) => system.relations(resource, caller),
    })

  return {
    async service(info, asked) {
      const written = await deps.serviceDocs(info.id, asked.signal)
      if (written) return JSON.stringify(writtenDocument(written, info, asked.caller.policy))
      const usable = await read(info, asked)
      return cache.get(keyOf(asked, info.name, usable.version), () =>
        JSON.stringify(
          createDocument({
            title: info.label,
            description: info.description,
            server: `/api/v2/${info.name}`,
            parts: [partOf(info, usable, asked, { prefix: '', names: createDocumentNames(COMMON_NAMES) })],
          }),
        ),
      )
    },
    system: (asked) =>
      cache.get(keyOf(asked, '\u0000system'), () =>
        JSON.stringify(
          createDocument({
            title: 'System Management',
            description: 'The records of this instance.',
            server: '/api/v2/system',
            parts: [systemOf(asked, { prefix: '', names: createDocumentNames(COMMON_NAMES) })],
          }),
        ),
      ),
    user: (asked) =>
      cache.get(keyOf(asked, '\u0000user'), () =>
        JSON.stringify(
          createDocument({
            title: 'User Management',
            description: 'Sessions, profiles and passwords of users.',
            server: '/api/v2/user',
            parts: [userPart({ prefix: '', names: createDocumentNames(COMMON_NAMES) }, asked.caller.policy)],
          }),
        ),
      ),
    async instance(asked) {
      const reached = services
        .list()
        .filter(({ name, isActive }) => isActive && asked.caller.policy.reaches(name))
      const found = await readSome(reached, (info) => read(info, asked))
      const versions = found.flatMap(({ info, usable }) => [info.name, usable.version])
      return cache.get(keyOf(asked, '\u0000instance', ...versions), () => {
        const names = createDocumentNames(COMMON_NAMES)
        const parts = found.map(({ info, usable }) =>
          partOf(info, usable, asked, { prefix: `/${encodeURIComponent(info.name)}`, names }),
        )
        return JSON.stringify(
          createDocument({
            title: 'Sluice',
            description:
              'Everything that may be called with the credentials this document was asked for with.',
            server: '/api/v2',
            parts: [
              ...parts,
              systemOf(asked, { prefix: '/system', names }),
              userPart({ prefix: '/user', names }, asked.caller.policy),
            ],
          }),
        )
      })
    },
  }
}

interface Place {
  readonly prefix: string
  readonly names: DocumentNames
}

interface Found {
  readonly info: ServiceInfo
  readonly usable: UsableService
}

/** In the order of the services; one that does not answer now must not hide the others. */
async function readSome(
  infos: readonly ServiceInfo[],
  read: (info: ServiceInfo) => Promise<UsableService>,
): Promise<Found[]> {
  const found = new Map<ServiceInfo, UsableService>()
  const waiting = infos.values()
  const work = async () => {
    for (const info of waiting) {
      const usable = await read(info).catch(unreachable)
      if (usable) found.set(info, usable)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return infos.flatMap((info) => {
    const usable = found.get(info)
    return usable ? [{ info, usable }] : []
  })
}

function unreachable(error: unknown): undefined {
  if (error instanceof AppError && UNREACHABLE.has(error.code)) return undefined
  throw error
}

const UNREACHABLE: ReadonlySet<string> = new Set(['unavailable', 'timeout', 'not_found', 'not_supported'])
