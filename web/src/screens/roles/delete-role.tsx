import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.ts'
import { ApiError } from '../../api/api-error.ts'
import { ConfirmStep } from '../../parts/confirm-step.tsx'
import type { StoredRole } from './role-draft.ts'

interface DeleteRoleProps {
  readonly role: StoredRole
  readonly onClose: () => void
}

export function DeleteRole({ role: { id, name }, onClose }: DeleteRoleProps) {
  const api = useApi()
  const queries = useQueryClient()
  const carryOut = async (isForced: boolean) => {
    await api.change({ verb: 'DELETE', path: `system/role/${id}`, query: { force: isForced || undefined } })
    await queries.invalidateQueries({ queryKey: ['system'] })
    notifications.show({ message: `The role ${name} was deleted.` })
  }
  return (
    <ConfirmStep
      title={`Delete the role ${name}?`}
      label={`Delete ${name}`}
      carryOut={carryOut}
      force={{
        label: 'Delete it all the same: its keys and people are left without a role',
        offersFor: (error) => error instanceof ApiError && error.status === 409,
      }}
      onClose={onClose}
    >
      Keys and people who have it may do nothing from then on.
    </ConfirmStep>
  )
}
