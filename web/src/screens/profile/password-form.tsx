import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { ApiError } from '../../api/api-error.ts'
import type { AnyRecord } from '../../api/wire.ts'
import { Panel } from '../../parts/panel.tsx'
import type { FormField } from '../../records/form-field.ts'
import { RecordForm } from '../../records/record-form.tsx'
import { useAccount, useSessionStore } from '../../session/session-context.ts'
import { accountPath } from './account-path.ts'
import classes from './profile.module.css'

const FIELDS: readonly FormField[] = [
  { kind: 'secret', name: 'old_password', label: 'Current password', isRequired: true },
  { kind: 'secret', name: 'new_password', label: 'New password', isRequired: true },
  { kind: 'secret', name: 'repeated', label: 'New password again', isRequired: true },
]

/** All sessions end with a new password; this page signs in again with it. */
export function PasswordForm() {
  const api = useApi()
  const session = useSessionStore()
  const { kind, email } = useAccount()
  const [times, setTimes] = useState(0)
  const save = async ({ old_password, new_password, repeated }: AnyRecord) => {
    if (new_password !== repeated) {
      const problems = { repeated: ['This is not the same password as above.'] }
      throw new ApiError('The two new passwords differ.', { status: 400, context: problems })
    }
    await api.change({
      verb: 'POST',
      path: accountPath(kind, 'password'),
      body: { old_password, new_password },
    })
    await session.signIn(email, String(new_password))
    notifications.show({ message: 'Your password was changed.' })
    setTimes(times + 1)
  }
  return (
    <div className={classes.form}>
      <Panel>
        <Text size="sm" mb="md" c="dimmed">
          All other sessions of yours end when the password changes.
        </Text>
        <RecordForm key={times} fields={FIELDS} submitLabel="Change the password" save={save} />
      </Panel>
    </div>
  )
}
