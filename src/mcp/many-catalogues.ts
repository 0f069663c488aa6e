import type { Caller } from '../core/caller.ts'
import type { Services } from '../core/service.ts'
import { boundedMap } from './bounded-map.ts'
import type { Catalogue } from './catalogue.ts'
import type { Catalogues } from './catalogues.ts'
import type { ToolDescription } from './describe-tool.ts'
import { manyCatalogue, type ServiceCatalogue } from './many-catalogue.ts'
import { reachedServices } from './many-session.ts'

/** What callers have on all their services together. */
export interface ManyCatalogues {
  of(caller: Caller, signal: AbortSignal): Promise<ManyList>
  /** Of the services that open, in the order of the configuration. */
  each(caller: Caller, signal: AbortSignal): Promise<readonly ServiceCatalogue[]>
}

interface ManyList {
  readonly descriptions: readonly ToolDescription[]
  /** `descriptions` as JSON text. */
  readonly json: string
}

/** Most lists kept: one is about 10 kB. */
const MAX_KEPT = 500
/** Longest wait for services that do not open, in milliseconds: the list goes without them. */
const LONGEST_WAIT_MS = 10_000

export function createManyCatalogues(services: Services, catalogues: Catalogues): ManyCatalogues {
  const numbers = new WeakMap<Catalogue, number>()
  let last = 0
  const numberOf = (catalogue: Catalogue) => {
    const number = numbers.get(catalogue) ?? ++last
    numbers.set(catalogue, number)
    return number
  }
  const kept = boundedMap<ManyList>(MAX_KEPT)

  async function each(caller: Caller, signal: AbortSignal): Promise<readonly ServiceCatalogue[]> {
    const late = AbortSignal.timeout(LONGEST_WAIT_MS)
    const asked = reachedServices(services, caller).map(async ({ name }) => ({
      service: name,
      catalogue: await catalogues.of(name, caller, AbortSignal.any([signal, late])),
    }))
    const settled = await Promise.allSettled(asked)
    signal.throwIfAborted()
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  }

  return {
    each,
    async of(caller, signal) {
      const parts = await each(caller, signal)
      const key = parts.map(({ catalogue }) => numberOf(catalogue)).join()
      const known = kept.get(key)
      if (known) return known
      const descriptions = manyCatalogue(parts)
      const list = { descriptions, json: JSON.stringify(descriptions) }
      kept.set(key, list)
      return list
    },
  }
}
