import { createHash } from 'node:crypto'
import type { ServiceExtras, TableExtras } from '../../core/database/extras.ts'
import { withChanges } from '../../core/layered-map.ts'
import type { KeptRows, RowChange } from '../kept-rows.ts'
import type { ExtrasRow } from './extras-row.ts'

/** What is kept, by the ids of services. */
export type ExtrasByService = ReadonlyMap<number, ServiceExtras>

/** What is kept after these changes, which `kept` has taken already, by service. */
export function nextExtras(
  before: ExtrasByService,
  changes: readonly RowChange<ExtrasRow>[],
  kept: Pick<KeptRows<ExtrasRow>, 'ofGroup'>,
): ExtrasByService {
  const services = new Set(
    changes.flatMap(({ before, after }) => [before, after].flatMap((row) => row?.serviceId ?? [])),
  )
  const extrasOf = (serviceId: number) => {
    const rows = kept.ofGroup(String(serviceId))
    if (rows.length === 0) return undefined
    return serviceExtras(new Map(rows.map(({ table, extras }) => [table, extras])))
  }
  return withChanges(
    before,
    [...services].map((id) => [id, extrasOf(id)] as const),
  )
}

/** Stands for no table: its label changes whenever the tables themselves were changed. */
export const CATALOGUE_MARK = ''

export function serviceExtras(all: ReadonlyMap<string, TableExtras>): ServiceExtras {
  const tables = new Map([...all].filter(([name]) => name !== CATALOGUE_MARK))
  const aliases = [...tables].flatMap(([name, { alias }]) =>
    alias === undefined ? [] : [[alias.toLowerCase(), name] as const],
  )
  return {
    version: createHash('sha256')
      .update(JSON.stringify([...all]))
      .digest('hex')
      .slice(0, 16),
    tables,
    catalogue: all.get(CATALOGUE_MARK)?.label ?? '',
    // The first of two with one alias has it, as in the schema.
    tableByAlias: new Map(aliases.toReversed()),
  }
}
