import { Anchor, Text } from '@mantine/core'
import { DoorPage } from '../parts/door-page.tsx'
import { CredentialsForm } from './credentials-form.tsx'

/** For administrators and users alike: the account decides what there is to see. */
export function SignInPage({ reason }: { readonly reason?: string | undefined }) {
  return (
    <DoorPage title="Sign in to Sluice">
      {reason !== undefined && (
        <Text c="dimmed" size="sm" role="status">
          {reason}
        </Text>
      )}
      <CredentialsForm />
      <Text c="dimmed" size="xs">
        The first administrator's password was printed by the first start of the server. Lost it? Run{' '}
        <code>sluice reset-password</code> on the machine of the server. The API without the console:{' '}
        <Anchor href="/docs" size="xs" underline="always">
          its documentation
        </Anchor>
        .
      </Text>
    </DoorPage>
  )
}
