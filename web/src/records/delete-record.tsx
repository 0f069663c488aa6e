import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useApi } from '../api/api-context.ts'
import { ApiError } from '../api/api-error.ts'
import type { AnyRecord } from '../api/wire.ts'
import { ConfirmStep } from '../parts/confirm-step.tsx'
import { nameOfRecord, type RecordDefinition } from './record-definition.ts'

interface DeleteRecordProps {
  readonly definition: RecordDefinition
  readonly record: AnyRecord
  readonly onClose: () => void
  /** Where to go when it is gone. */
  readonly onDeleted?: () => void
}

/** Asks, then deletes; what others use is deleted only when that is said a second time. */
export function DeleteRecord({ definition, record, onClose, onDeleted }: DeleteRecordProps) {
  const { resource, one, deleteText } = definition
  const name = nameOfRecord(definition, record)
  const api = useApi()
  const queries = useQueryClient()
  return (
    <ConfirmStep
      title={`Delete the ${one} ${name}?`}
      label={`Delete ${name}`}
      force={{
        label: 'Delete it all the same: they lose it',
        offersFor: (error) => error instanceof ApiError && error.status === 409,
      }}
      carryOut={async (isForced) => {
        const query = isForced ? { force: true } : {}
        await api.change({ verb: 'DELETE', path: `system/${resource}/${String(record.id)}`, query })
        await queries.invalidateQueries({ queryKey: ['system', resource] })
        notifications.show({ message: `The ${one} ${name} was deleted.` })
        onDeleted?.()
      }}
      onClose={onClose}
    >
      {deleteText(record)}
    </ConfirmStep>
  )
}
