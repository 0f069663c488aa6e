import { ActionIcon, Tooltip } from '@mantine/core'
import { UserCog } from 'lucide-react'
import { useState } from 'react'
import type { AnyRecord } from '../../api/wire.ts'
import { RecordScreen } from '../../records/record-screen.tsx'
import { USERS } from './account-definition.tsx'
import { UserRoles } from './user-roles.tsx'

export function UsersScreen() {
  const [chosen, setChosen] = useState<AnyRecord>()
  return (
    <>
      <RecordScreen
        definition={USERS}
        rowActions={(user) => (
          <Tooltip label="Roles">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Roles of ${String(user.email)}`}
              onClick={() => setChosen(user)}
            >
              <UserCog size={15} />
            </ActionIcon>
          </Tooltip>
        )}
      />
      {chosen && <UserRoles user={chosen} onClose={() => setChosen(undefined)} />}
    </>
  )
}
