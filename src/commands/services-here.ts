import { openSqlite } from '../../adapters/database/sqlite/open.ts'
import type { Config } from '../config/config.ts'
import { didYouMean, nearest } from '../core/names.ts'
import { selectRows, tableNamed } from '../system/records.ts'

const MOST = 10_000
const LONGEST_MS = 5_000

/**
 * A sentence on a service that this data folder does not have; undefined when it does, or when that cannot be known: there was no start yet, the records are on a
 * server, or a config file may declare it. Opens nothing but the file, and changes nothing.
 */
export async function unknownHere(service: string, config: Config): Promise<string | undefined> {
  const names = await servicesHere(config)
  const wanted = service.toLowerCase()
  if (!names || names.some((name) => name.toLowerCase() === wanted)) return undefined
  const advice = didYouMean(nearest(service, names)) || `Services: ${names.join(', ') || 'none'}.`
  return `There is no service '${service}' in ${config.dataDir}. ${advice}`
}

async function servicesHere({ systemDatabase, configFile }: Config): Promise<readonly string[] | undefined> {
  if (systemDatabase.kind !== 'file' || configFile !== undefined) return undefined
  const signal = AbortSignal.timeout(LONGEST_MS)
  try {
    const { file } = systemDatabase
    const database = await openSqlite({ file, inline: true, readOnly: true, statementTimeoutMs: LONGEST_MS })
    try {
      const definition = (await database.readSchema({ signal })).find(({ name }) => name === 'service')
      if (!definition) return undefined
      const query = { table: tableNamed(definition), fields: ['name'], limit: MOST }
      return (await selectRows(database, query, signal)).map(({ name }) => String(name))
    } finally {
      await database.close()
    }
  } catch {
    return undefined
  }
}
