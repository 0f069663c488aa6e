import { type Column, fieldOf } from '../system-resource.ts'
import type { Migration } from './migration.ts'

const text: Column = { type: 'string', length: 255, allowNull: true }

const COLUMNS: Readonly<Record<string, Column>> = {
  type: { type: 'integer', default: 0 },
  path: text,
  url: { type: 'text', allowNull: true },
  storage_service_id: { type: 'integer', allowNull: true },
  storage_container: text,
  requires_fullscreen: { type: 'boolean', default: false },
  allow_fullscreen_toggle: { type: 'boolean', default: true },
  toggle_location: { type: 'string', length: 64, default: 'top' },
}

/** How an app is launched. */
export const appLaunch: Migration = {
  version: 2,
  name: 'app-launch',
  changes: Object.entries(COLUMNS).map(([name, column]) => ({
    kind: 'add_field',
    table: 'app',
    field: fieldOf(name, column),
  })),
}
