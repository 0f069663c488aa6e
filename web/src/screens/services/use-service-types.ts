import { useQuery } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.ts'
import { serviceType } from '../../api/records.ts'
import { listOf } from '../../api/wire.ts'

/** What a service can be; the same for as long as the server runs. */
export function useServiceTypes() {
  const api = useApi()
  return useQuery({
    queryKey: ['system', 'service_type'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) =>
      (await api.read({ path: 'system/service_type', signal }, listOf(serviceType))).resource,
  })
}
