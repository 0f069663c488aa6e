import { Text } from '@mantine/core'
import { useApi } from '../api/api-context.ts'
import { ApiError } from '../api/api-error.ts'
import type { AnyRecord } from '../api/wire.ts'
import { DoorPage } from '../parts/door-page.tsx'
import type { FormField } from '../records/form-field.ts'
import { RecordForm } from '../records/record-form.tsx'
import { useSessionStore } from './session-context.ts'

interface FirstRunPageProps {
  /** Who is not on the machine of the server proves by it that they may. */
  readonly needsCode: boolean
  /** Characters. */
  readonly leastPassword: number
}

/** Makes the first administrator, and signs in. */
export function FirstRunPage({ needsCode, leastPassword }: FirstRunPageProps) {
  const api = useApi()
  const session = useSessionStore()
  const save = async ({ repeated, ...given }: AnyRecord) => {
    if (given.password !== repeated) {
      const context = { repeated: ['This is not the same password as above.'] }
      throw new ApiError('The two passwords differ.', { status: 400, context })
    }
    const body = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
    await api.change({ verb: 'POST', path: 'system/setup', body })
    await session.signIn(String(given.email), String(given.password))
  }
  return (
    <DoorPage title="Welcome to Sluice">
      <Text size="sm" c="dimmed">
        Nobody administers this server yet. Make the first administrator: they may do everything, so choose a
        password that is used nowhere else.
      </Text>
      <RecordForm
        fields={fieldsOf(needsCode, leastPassword)}
        submitLabel="Make the administrator"
        save={save}
      />
    </DoorPage>
  )
}

function fieldsOf(needsCode: boolean, leastPassword: number): readonly FormField[] {
  return [
    ...(needsCode
      ? [
          {
            kind: 'text',
            name: 'setup_code',
            label: 'Setup code',
            isRequired: true,
            description: 'Printed by the start of the server.',
          } as const,
        ]
      : []),
    { kind: 'text', name: 'name', label: 'Your name' },
    { kind: 'text', name: 'email', label: 'E-mail address', isRequired: true },
    {
      kind: 'secret',
      name: 'password',
      label: 'Password',
      isRequired: true,
      description: `At least ${leastPassword} characters.`,
    },
    { kind: 'secret', name: 'repeated', label: 'Password again', isRequired: true },
  ]
}
