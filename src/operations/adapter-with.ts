import type { CallOptions, DatabaseAdapter, Records, Rename } from '../core/database/adapter.ts'

/** The adapter with other ways to read and write rows; everything else is its own. */
export function adapterWith(
  adapter: DatabaseAdapter,
  rows: Records & Pick<DatabaseAdapter, 'transaction' | 'stream'>,
): DatabaseAdapter {
  const { rename } = adapter
  return {
    ...rows,
    ...(rename && {
      rename: (change: Rename, options: CallOptions) => rename.call(adapter, change, options),
    }),
    capabilities: adapter.capabilities,
    readSchema: (options) => adapter.readSchema(options),
    listRoutines: (kind, options) => adapter.listRoutines(kind, options),
    call: (query, options) => adapter.call(query, options),
    alter: (changes, options) => adapter.alter(changes, options),
    ping: (options) => adapter.ping(options),
    close: () => adapter.close(),
  }
}
