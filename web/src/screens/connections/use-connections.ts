import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { useAccount } from '../../session/session-context.ts'
import { connection } from './connection.ts'

const person = z.object({ id: z.number(), email: z.string() })
const PEOPLE = ['system/user', 'system/admin'] as const

/** Administrators see the programs of everybody, users their own. */
export function useConnections() {
  const api = useApi()
  const isOfAll = useAccount().kind === 'admin'
  const path = isOfAll ? 'system/oauth_connection' : 'user/oauth_connection'
  const list = useQuery({
    queryKey: ['connections', path],
    queryFn: ({ signal }) => api.read({ path, signal }, listOf(connection)),
  })
  const people = useQuery({
    queryKey: ['connections', 'people'],
    enabled: isOfAll,
    queryFn: async ({ signal }) => {
      const read = (path: string) => api.read({ path, query: { fields: 'id,email' }, signal }, listOf(person))
      const lists = await Promise.all(PEOPLE.map(read))
      return new Map(lists.flatMap(({ resource }) => resource).map(({ id, email }) => [id, email]))
    },
  })
  return { path, isOfAll, list, emailOf: (userId: number) => people.data?.get(userId) ?? `user ${userId}` }
}
