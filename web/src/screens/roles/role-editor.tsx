import { Button, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { ApiError } from '../../api/api-error.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { AddRules } from './add-rules.tsx'
import { draftOf, NEW_ROLE, type RoleDraft, roleToWire, type StoredRole } from './role-draft.ts'
import classes from './role-editor.module.css'
import { RolePreview } from './role-preview.tsx'
import { RuleMatrix } from './rule-matrix.tsx'
import { useServices } from './use-roles.ts'

interface RoleEditorProps {
  /** Absent: a new one. */
  readonly role: StoredRole | undefined
  readonly roles: readonly StoredRole[]
}

/** A role and its rules, and beside them what they open, before anything is saved. */
export function RoleEditor({ role, roles }: RoleEditorProps) {
  const before = role && draftOf(role)
  const [draft, setDraft] = useState<RoleDraft>(before ?? NEW_ROLE)
  const [looked] = useDebouncedValue(draft, 300)
  const navigate = useNavigate()
  const services = useServices()
  const saving = useSave(role, draft)
  const isChanged =
    JSON.stringify(roleToWire(draft, before)) !== JSON.stringify(roleToWire(before ?? NEW_ROLE))
  const change = (values: Partial<RoleDraft>) => setDraft({ ...draft, ...values })
  const problems = saving.error instanceof ApiError ? saving.error.fieldProblems : {}
  return (
    <Page
      title={role ? `Role ${role.name}` : 'New role'}
      lead={<TextLink to="/roles">All roles</TextLink>}
      actions={
        <>
          {role && (
            <Button
              onClick={() => void navigate({ to: '/keys', search: { edit: 'new' } })}
              variant="default"
              leftSection={<KeyRound size={16} />}
            >
              Give it a key
            </Button>
          )}
          <Button
            loading={saving.isPending}
            disabled={!isChanged || draft.name.trim() === ''}
            onClick={() => saving.mutate()}
          >
            {role ? 'Save the role' : 'Add the role'}
          </Button>
        </>
      }
    >
      {saving.error && <ErrorPanel title="The role was not saved" error={saving.error} />}
      <div className={classes.columns}>
        <div className={classes.editor}>
          <Panel>
            <div className={classes.words}>
              <TextInput
                label="Name"
                required
                error={problems.name}
                value={draft.name}
                maxLength={64}
                onChange={(event) => change({ name: event.currentTarget.value })}
              />
              <TextInput
                label="Description"
                value={draft.description}
                maxLength={255}
                onChange={(event) => change({ description: event.currentTarget.value })}
              />
              <Switch
                label="Active"
                checked={draft.isActive}
                onChange={(event) => change({ isActive: event.currentTarget.checked })}
              />
            </div>
          </Panel>
          <Panel title="Rules" lead="Where several fit, the most specific decides alone." isFlush>
            <RuleMatrix
              rules={draft.rules}
              services={services.data ?? []}
              onChange={(rules) => change({ rules })}
            />
            <AddRules
              services={services.data ?? []}
              onAdd={(rules) => change({ rules: [...draft.rules, ...rules] })}
            />
          </Panel>
        </div>
        <RolePreview draft={looked} services={services.data ?? []} role={role} roles={roles} />
      </div>
    </Page>
  )
}

function useSave(role: StoredRole | undefined, draft: RoleDraft) {
  const api = useApi()
  const queries = useQueryClient()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: async () => {
      const body = roleToWire(draft, role && draftOf(role))
      if (role) await api.change({ verb: 'PATCH', path: `system/role/${role.id}`, body })
      else await api.change({ verb: 'POST', path: 'system/role', body: { resource: [body] } })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['system'] })
      await queries.invalidateQueries({ queryKey: ['role preview'] })
      notifications.show({ message: `The role ${draft.name.trim()} was saved.` })
      // The rules have ids now: the page begins anew with them.
      await navigate({ to: '/roles' })
      await navigate({ to: `/roles/${encodeURIComponent(draft.name.trim())}` })
    },
  })
}
