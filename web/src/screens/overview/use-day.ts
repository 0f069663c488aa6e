import { useQuery } from '@tanstack/react-query'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { utcText } from '../../api/moment.ts'

/** Of the last day, by outcome. */
export interface Day {
  readonly calls: number
  readonly refused: number
  readonly failed: number
}

const counted = z.object({ meta: z.object({ count: z.number() }) })
const DAY_MS = 86_400_000

/** Calls of the last 24 hours, as the call log has them. */
export function useDay() {
  const api = useApi()
  return useQuery({
    queryKey: ['system', 'call_log', 'day'],
    refetchInterval: 30_000,
    queryFn: async ({ signal }): Promise<Day> => {
      const since = utcText(new Date(Date.now() - DAY_MS))
      const count = async (condition: string) => {
        const filter = `(created_date >= '${since}')${condition}`
        const query = { filter, fields: 'id', limit: 1, include_count: true }
        return (await api.read({ path: 'system/call_log', query, signal }, counted)).meta.count
      }
      const [calls, refused, failed] = await Promise.all([
        count(` and (outcome != 'dropped')`),
        count(` and (outcome = 'refused')`),
        count(` and (outcome = 'failed')`),
      ])
      return { calls, refused, failed }
    },
  })
}
