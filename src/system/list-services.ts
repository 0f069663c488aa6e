import type { Json, Row } from '../core/database/value.ts'
import { AppError } from '../core/errors.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { type ConfiguredType, maskConfig } from './service-config.ts'
import type { ServiceRecord, Snapshot } from './snapshot.ts'

type Column = (record: ServiceRecord, types: readonly ConfiguredType[]) => Json

/** In the order of the wire (dreamfactory-rest §7.3). */
const COLUMNS: Readonly<Record<string, Column>> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  label: ({ label }) => label,
  description: ({ description }) => description ?? null,
  is_active: ({ isActive }) => isActive,
  type: ({ type }) => type,
  mutable: ({ mutable }) => mutable,
  deletable: ({ deletable }) => deletable,
  created_date: ({ createdDate }) => wireDate(createdDate),
  last_modified_date: ({ lastModifiedDate }) => wireDate(lastModifiedDate),
  created_by_id: ({ createdById }) => createdById ?? null,
  last_modified_by_id: ({ lastModifiedById }) => lastModifiedById ?? null,
  config: ({ id, type, config }, types) => ({
    service_id: id,
    ...maskConfig(
      config,
      types.find(({ name }) => name === type),
    ),
  }),
}

/**
 * The records of `GET system/service`, by id, secrets masked; for administrators. Without `fields`, or with `*`, every
 * field. Throws `bad_request` for an unknown one.
 */
export function listServices(
  snapshot: Snapshot,
  types: readonly ConfiguredType[],
  fields: readonly string[] = ['*'],
): readonly Row[] {
  const columns = fields.includes('*') ? Object.entries(COLUMNS) : fields.map(columnNamed)
  return snapshot.services
    .toSorted((a, b) => a.id - b.id)
    .map((record) => Object.fromEntries(columns.map(([name, read]) => [name, read(record, types)])))
}

function columnNamed(field: string): [string, Column] {
  const read = Object.hasOwn(COLUMNS, field) ? COLUMNS[field] : undefined
  if (read) return [field, read]
  const names = nearest(field, Object.keys(COLUMNS))
  throw new AppError('bad_request', `Services have no field '${field}'.`, {
    hint: didYouMean(names) || `Fields: ${Object.keys(COLUMNS).join(', ')}.`,
    didYouMean: names,
    context: { field },
  })
}

/** `2026-11-22 01:33:37` as `2026-11-22T01:33:37.000000Z`. */
function wireDate(stored: string): string {
  const moment = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(stored) ? stored : `${stored.replace(' ', 'T')}Z`)
  return moment.toISOString().replace('Z', '000Z')
}
