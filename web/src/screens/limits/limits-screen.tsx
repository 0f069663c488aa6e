import { ActionIcon, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useApi } from '../../api/api-context.ts'
import { wordsOf } from '../../api/api-error.ts'
import { RecordScreen } from '../../records/record-screen.tsx'
import { LIMITS } from './limit-definition.ts'

export function LimitsScreen() {
  const api = useApi()
  const queries = useQueryClient()
  const startOver = useMutation({
    mutationFn: (id: unknown) => api.change({ verb: 'DELETE', path: `system/limit_cache/${String(id)}` }),
    onSuccess: async () => {
      notifications.show({ message: 'The limit starts over.' })
      await queries.invalidateQueries({ queryKey: ['system', 'limit'] })
    },
    onError: (error) => notifications.show({ color: 'red', message: wordsOf(error).message }),
  })
  return (
    <RecordScreen
      definition={LIMITS}
      rowActions={({ id, name }) => (
        <Tooltip label="Start over">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`Let the limit ${String(name)} start over`}
            onClick={() => startOver.mutate(id)}
          >
            <RotateCcw size={15} />
          </ActionIcon>
        </Tooltip>
      )}
    />
  )
}
