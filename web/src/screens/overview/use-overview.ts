import { useQueries, useQuery } from '@tanstack/react-query'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import type { QueryValue } from '../../api/send-request.ts'
import { listOf } from '../../api/wire.ts'
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

const health = z.object({
  state: z.enum(['up', 'down', 'off', 'unknown']),
  message: z.string().optional(),
})
export type Health = z.infer<typeof health>

/** Whether each service answers, asked now; in the order of the services. */
export function useHealth(services: readonly OverviewService[]) {
  const api = useApi()
  return useQueries({
    queries: services.map(({ name }) => ({
      queryKey: ['health', name],
      refetchInterval: EVERY_MS,
      queryFn: async ({ signal }: { readonly signal: AbortSignal }) =>
        await api.read({ path: `system/service/${encodeURIComponent(name)}/health`, signal }, health),
    })),
  })
}
