import { Button, Modal, Stack, Text } from '@mantine/core'
import { CredentialsForm } from './credentials-form.tsx'
import { useSessionStore } from './session-context.ts'
import type { Account } from './session-store.ts'

/** Over the page, which keeps what was entered; requests that waited go on afterwards. */
export function SignInAgain({ account }: { readonly account: Account }) {
  const session = useSessionStore()
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="Your session is over"
      zIndex={1000}
    >
      <Stack gap="sm">
        <Text size="sm">Sign in again: this page stays as it is, with everything you have entered.</Text>
        <CredentialsForm email={account.email} />
        <Button variant="subtle" color="gray" onClick={() => void session.signOut()}>
          Leave this page and sign out
        </Button>
      </Stack>
    </Modal>
  )
}
