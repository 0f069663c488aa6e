import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.ts'
import { ApiError } from '../../api/api-error.ts'
import type { ApiRequest, Verb } from '../../api/send-request.ts'

/** Whether the server asks for `force=true`, because something would be lost. */
export function asksForForce(error: unknown): boolean {
  return error instanceof ApiError && error.hint?.includes('force=true') === true
}

/** Below `/api/v2/`. */
export function schemaPath(service: string, ...names: readonly string[]): string {
  const [table, ...rest] = names.map(encodeURIComponent)
  return [encodeURIComponent(service), '_schema', ...(table === undefined ? [] : [table]), ...rest].join('/')
}

export interface SchemaStep extends ApiRequest {
  readonly verb: Exclude<Verb, 'GET'>
  /** What to say afterwards. */
  readonly done: string
}

/** Changes a schema; everything that was read of the service is read again. */
export function useSchemaChange(service: string) {
  const api = useApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: async ({ done, ...request }: SchemaStep) => {
      await api.change(request)
      notifications.show({ message: done })
    },
    onSuccess: async () => {
      for (const first of ['tables', 'table', 'descriptions', 'rows', 'record']) {
        await queries.invalidateQueries({ queryKey: [first, service] })
      }
    },
  })
}
