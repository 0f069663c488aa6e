import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'
import { useApi } from '../api/api-context.ts'
import { listOf } from '../api/wire.ts'
import { tableDescription, tableSummary } from './description.ts'

const database = z.object({ id: z.number(), name: z.string(), label: z.string(), type: z.string() })

/** The services the person reaches that are databases. */
export function useDatabases() {
  const api = useApi()
  return useQuery({
    queryKey: ['databases'],
    queryFn: async ({ signal }) =>
      (
        await api.read(
          { path: '', query: { group: 'Database' }, signal },
          z.object({ services: z.array(database) }),
        )
      ).services,
  })
}

/** The tables and views of a service, by name. */
export function useTables(service: string | undefined) {
  const api = useApi()
  return useQuery({
    queryKey: ['tables', service],
    enabled: service !== undefined,
    queryFn: async ({ signal }) =>
      (
        await api.read(
          { path: `${encodeURIComponent(service ?? '')}/_schema`, query: { fields: '*' }, signal },
          listOf(tableSummary),
        )
      ).resource,
  })
}

/** One table, whole. */
export function useTable(service: string, table: string) {
  const api = useApi()
  return useQuery({
    queryKey: ['table', service, table],
    queryFn: ({ signal }) =>
      api.read(
        { path: `${encodeURIComponent(service)}/_schema/${encodeURIComponent(table)}`, signal },
        tableDescription,
      ),
  })
}
