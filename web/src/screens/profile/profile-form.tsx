import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useApi } from '../../api/api-context.ts'
import { type AnyRecord, anyRecord } from '../../api/wire.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Panel } from '../../parts/panel.tsx'
import type { FormField } from '../../records/form-field.ts'
import { RecordForm } from '../../records/record-form.tsx'
import { useAccount } from '../../session/session-context.ts'
import { accountPath } from './account-path.ts'
import classes from './profile.module.css'

const FIELDS: readonly FormField[] = [
  { kind: 'text', name: 'name', label: 'Shown name' },
  { kind: 'text', name: 'first_name', label: 'First name' },
  { kind: 'text', name: 'last_name', label: 'Last name' },
  { kind: 'text', name: 'phone', label: 'Phone' },
  { kind: 'text', name: 'email', label: 'E-mail address', isRequired: true },
  {
    kind: 'secret',
    name: 'current_password',
    label: 'Current password',
    description: 'Needed to change the e-mail address. You are signed out everywhere then.',
  },
]

export function ProfileForm() {
  const api = useApi()
  const queries = useQueryClient()
  const { kind } = useAccount()
  const path = accountPath(kind, 'profile')
  const profile = useQuery({
    queryKey: ['profile'],
    queryFn: ({ signal }) => api.read({ path, signal }, anyRecord),
  })
  if (profile.isPending) return <Loading label="Loading your profile" />
  if (profile.error) return <ErrorPanel error={profile.error} onRetry={() => void profile.refetch()} />
  const save = async (values: AnyRecord) => {
    await api.change({ verb: 'PATCH', path, body: values })
    notifications.show({ message: 'Your profile was changed.' })
    await queries.invalidateQueries({ queryKey: ['profile'] })
  }
  return (
    <div className={classes.form}>
      <Panel>
        <RecordForm
          key={profile.dataUpdatedAt}
          fields={FIELDS}
          record={profile.data}
          submitLabel="Save"
          save={save}
        />
      </Panel>
    </div>
  )
}
