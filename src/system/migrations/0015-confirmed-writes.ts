import { type Column, fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

const COLUMNS: Readonly<Record<string, Column>> = {
  limits: { type: 'json', allowNull: true },
  confirm: { type: 'string', length: 20, allowNull: true },
}

/** Rules limit what one request may write, and say what has to be confirmed. */
export const confirmedWrites: Migration = {
  version: 15,
  name: 'confirmed-writes',
  changes: Object.entries(COLUMNS).map(
    ([column, rule]) =>
      ({ kind: 'add_field', table: 'role_service_access', field: fieldOf(column, rule) }) as const,
  ),
}
