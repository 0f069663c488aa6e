import { createHash } from 'node:crypto'
import type { ServiceExtras, TableExtras } from '../../core/database/extras.ts'
import type { ExtrasRow } from './extras-row.ts'

/** What is kept, by the ids of services. */
export type ExtrasByService = ReadonlyMap<number, ServiceExtras>

export function extrasByService(rows: readonly ExtrasRow[]): ExtrasByService {
  const byService = new Map<number, Map<string, TableExtras>>()
  for (const { serviceId, table, extras } of rows) {
    const tables = byService.get(serviceId) ?? new Map<string, TableExtras>()
    byService.set(serviceId, tables.set(table, extras))
  }
  return new Map([...byService].map(([id, tables]) => [id, serviceExtras(tables)]))
}

function serviceExtras(tables: ReadonlyMap<string, TableExtras>): ServiceExtras {
  const aliases = [...tables].flatMap(([name, { alias }]) =>
    alias === undefined ? [] : [[alias.toLowerCase(), name] as const],
  )
  return {
    version: createHash('sha256')
      .update(JSON.stringify([...tables]))
      .digest('hex')
      .slice(0, 16),
    tables,
    // The first of two with one alias has it, as in the schema.
    tableByAlias: new Map(aliases.toReversed()),
  }
}
