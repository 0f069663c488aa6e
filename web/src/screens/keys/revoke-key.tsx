import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.ts'
import type { AnyRecord } from '../../api/wire.ts'
import { ConfirmStep } from '../../parts/confirm-step.tsx'

interface RevokeKeyProps {
  readonly record: AnyRecord
  readonly onClose: () => void
}

/** Switches it off: it can be switched on again. */
export function RevokeKey({ record, onClose }: RevokeKeyProps) {
  const api = useApi()
  const queries = useQueryClient()
  const name = String(record.name)
  return (
    <ConfirmStep
      title={`Revoke the key ${name}?`}
      label={`Revoke ${name}`}
      carryOut={async () => {
        const path = `system/app/${String(record.id)}`
        await api.change({ verb: 'PATCH', path, body: { is_active: false } })
        await queries.invalidateQueries({ queryKey: ['system', 'app'] })
        notifications.show({ message: `The key ${name} is refused from now on.` })
      }}
      onClose={onClose}
    >
      Every call with it is refused within a second, on every server. It stays in the list and can be switched
      on again.
    </ConfirmStep>
  )
}
