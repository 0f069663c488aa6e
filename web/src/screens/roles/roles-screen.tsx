import { Button } from '@mantine/core'
import { Link, useParams } from '@tanstack/react-router'
import { Plus, ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { DeleteRole } from './delete-role.tsx'
import type { StoredRole } from './role-draft.ts'
import { RoleEditor } from './role-editor.tsx'
import { useRoles } from './use-roles.ts'

/** `/roles`: the list; `/roles/new` and `/roles/reader`: one, with what it opens beside it. */
export function RolesScreen() {
  const { name }: { readonly name?: string } = useParams({ strict: false })
  const roles = useRoles()
  if (roles.error) {
    return (
      <Page title="Roles">
        <ErrorPanel error={roles.error} onRetry={() => void roles.refetch()} />
      </Page>
    )
  }
  if (!roles.data) return <Loading label="Loading roles" />
  if (name === undefined) return <RoleList roles={roles.data} />
  const role = roles.data.find((one) => one.name === name)
  if (role || name === 'new') return <RoleEditor key={name} role={role} roles={roles.data} />
  return (
    <Page title="Roles">
      <EmptyState
        icon={ShieldCheck}
        title={`There is no role ${name}`}
        action={<TextLink to="/roles">All roles</TextLink>}
      >
        It may have been renamed or deleted.
      </EmptyState>
    </Page>
  )
}

function RoleList({ roles }: { readonly roles: readonly StoredRole[] }) {
  const [leaving, setLeaving] = useState<StoredRole>()
  const add = (
    <Button component={Link} to="/roles/new" leftSection={<Plus size={16} />}>
      Add a role
    </Button>
  )
  return (
    <Page
      title="Roles"
      lead="A role says what its keys and people may do: in which services, on which tables, with which rows. Without a rule, nothing."
      actions={roles.length > 0 && add}
    >
      <Panel isFlush>
        {roles.length === 0 ? (
          <EmptyState icon={ShieldCheck} title="There is no role yet" action={add}>
            Make one to say what an agent may see; then give it a key. While you choose, the page shows what
            the role opens.
          </EmptyState>
        ) : (
          <DataTable
            label="Roles"
            head={['Role', 'State', 'Rules', 'Description', '']}
            rows={roles.map((role) => ({
              key: String(role.id),
              cells: [
                <TextLink key="name" to={`/roles/${encodeURIComponent(role.name)}`}>
                  {role.name}
                </TextLink>,
                <StatusMark key="state" status={role.is_active ? 'good' : 'off'}>
                  {role.is_active ? 'Active' : 'Off'}
                </StatusMark>,
                role.role_service_access_by_role_id.length,
                role.description ?? '',
                <Button
                  key="delete"
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  onClick={() => setLeaving(role)}
                  aria-label={`Delete ${role.name}`}
                >
                  Delete
                </Button>,
              ],
            }))}
          />
        )}
      </Panel>
      {leaving && <DeleteRole role={leaving} onClose={() => setLeaving(undefined)} />}
    </Page>
  )
}
