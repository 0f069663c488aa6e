import { useQueries, useQuery } from '@tanstack/react-query'
import type * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import type { QueryValue } from '../../api/send-request.ts'
import { anyRecord, listOf } from '../../api/wire.ts'
import { type OverviewService, overviewKey, overviewRole, overviewService } from './overview-data.ts'

/** How often what is live is asked again, in milliseconds. */
const EVERY_MS = 30_000

/** Services, roles and keys; read anew every half a minute. */
export function useOverview() {
  const services = useList('service', overviewService, { filter: 'deletable = true', order: 'name' })
  const roles = useList('role', overviewRole, { related: 'role_service_access_by_role_id' })
  const keys = useList('app', overviewKey, { order: 'name' })
  return { services, roles, keys }
}

function useList<T>(resource: string, record: z.ZodType<T>, query: Readonly<Record<string, QueryValue>>) {
  const api = useApi()
  return useQuery({
    queryKey: ['system', resource, 'overview'],
    refetchInterval: EVERY_MS,
    queryFn: async ({ signal }) =>
      (await api.read({ path: `system/${resource}`, query, signal }, listOf(record))).resource,
  })
}

/** Whether each service answers; in the order of the services. */
export function useConnections(services: readonly OverviewService[]) {
  const api = useApi()
  return useQueries({
    queries: services.map(({ name, is_active }) => ({
      queryKey: ['connection', name],
      enabled: is_active,
      refetchInterval: EVERY_MS,
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) => {
        await api.read(
          { path: `${encodeURIComponent(name)}/_schema`, query: { limit: 1 }, signal },
          anyRecord,
        )
        return true
      },
    })),
  })
}
