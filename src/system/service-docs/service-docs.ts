import type { DatabaseAdapter } from '../../core/database/adapter.ts'
import { selectRows, tableNamed } from '../records.ts'
import { serviceDoc } from '../resources/service-doc.ts'
import { readDescription, type ServiceDescription } from './read-description.ts'

const TABLE = tableNamed(serviceDoc.table)

/** Gives the API description that somebody wrote for a service, the newest where there are several; undefined: none. */
export type ServiceDocs = (serviceId: number, signal: AbortSignal) => Promise<ServiceDescription | undefined>

export function createServiceDocs(database: DatabaseAdapter): ServiceDocs {
  return async (serviceId, signal) => {
    const where = { op: '=', field: 'service_id', value: serviceId } as const
    const orderBy = [{ by: 'id', direction: 'desc' }] as const
    const query = { table: TABLE, fields: ['format', 'content'], where, orderBy, limit: 1 }
    const [row] = await selectRows(database, query, signal)
    if (typeof row?.content !== 'string' || row.content.trim() === '') return undefined
    return readDescription(row.content, Number(row.format))
  }
}
