import { Text } from '@mantine/core'
import { useApi } from '../api/api-context.ts'
import { ApiError } from '../api/api-error.ts'
import type { AnyRecord } from '../api/wire.ts'
import { DoorPage } from '../parts/door-page.tsx'
import type { FormField } from '../records/form-field.ts'
import { RecordForm } from '../records/record-form.tsx'
import { useSessionStore } from './session-context.ts'

interface FirstRunPageProps {
  /** Characters. */
  readonly leastPassword: number
}

/** Makes the first administrator, and signs in. */
export function FirstRunPage({ leastPassword }: FirstRunPageProps) {
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
        fields={fieldsOf(leastPassword, codeInAddress())}
        submitLabel="Make the administrator"
        save={save}
      />
    </DoorPage>
  )
}

/** The start of the server prints an address that ends with it; a fragment is sent to no server. */
function codeInAddress(): string | undefined {
  return new URLSearchParams(window.location.hash.slice(1)).get('setup_code') ?? undefined
}

function fieldsOf(leastPassword: number, code: string | undefined): readonly FormField[] {
  return [
    {
      kind: 'text',
      name: 'setup_code',
      label: 'Setup code',
      isRequired: true,
      description: 'Printed by the start of the server, in the address of this page.',
      ...(code !== undefined && { initial: code }),
    },
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
