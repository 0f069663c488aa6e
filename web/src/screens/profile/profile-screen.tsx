import { Tabs } from '@mantine/core'
import { Page } from '../../parts/page.tsx'
import { OwnKeys } from './own-keys.tsx'
import { PasswordForm } from './password-form.tsx'
import { ProfileForm } from './profile-form.tsx'

/** One's own account. */
export function ProfileScreen() {
  return (
    <Page title="Profile" lead="Your own account: how you are called, and how you sign in.">
      <Tabs defaultValue="profile" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="profile">About you</Tabs.Tab>
          <Tabs.Tab value="password">Password</Tabs.Tab>
          <Tabs.Tab value="keys">Keys</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="profile">
          <ProfileForm />
        </Tabs.Panel>
        <Tabs.Panel value="password">
          <PasswordForm />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <OwnKeys />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}
