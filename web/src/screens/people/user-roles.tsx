import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import type { AnyRecord } from '../../api/wire.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { ReferenceInput } from '../../records/reference-input.tsx'

const LINKS = 'user_to_app_to_role_by_user_id'
const link = z.object({
  id: z.number(),
  app_id: z.number(),
  role_id: z.number(),
})
const userWithLinks = z.object({ [LINKS]: z.array(link) })

interface UserRolesProps {
  readonly user: AnyRecord
  readonly onClose: () => void
}

/** Which role a user has with which key; with a key that is not here they have the key's own. */
export function UserRoles({ user, onClose }: UserRolesProps) {
  const api = useApi()
  const queries = useQueryClient()
  const path = `system/user/${String(user.id)}`
  const key = ['system', 'user', 'roles', user.id]
  const [app, setApp] = useState<number | null>(null)
  const [role, setRole] = useState<number | null>(null)
  const found = useQuery({
    queryKey: key,
    queryFn: ({ signal }) =>
      api.read({ path, query: { fields: 'id', related: LINKS }, signal }, userWithLinks),
  })
  const change = useMutation({
    mutationFn: (child: AnyRecord) => api.change({ verb: 'PATCH', path, body: { [LINKS]: [child] } }),
    onSuccess: async () => {
      setApp(null)
      setRole(null)
      await queries.invalidateQueries({ queryKey: key })
    },
  })
  const links = found.data?.[LINKS] ?? []
  const names = useNames()
  return (
    <Modal opened onClose={onClose} title={`Roles of ${String(user.email)}`} size="lg">
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          With a key that is not listed they have the role of that key.
        </Text>
        {found.isPending && <Loading label="Loading roles" />}
        {(found.error ?? names.error) && <ErrorPanel error={found.error ?? names.error} />}
        {links.length > 0 && (
          <DataTable
            label={`Roles of ${String(user.email)}`}
            head={['Key', 'Role', '']}
            rows={links.map(({ id, app_id, role_id }) => ({
              key: String(id),
              cells: [
                names.app(app_id),
                names.role(role_id),
                <Button
                  key="take"
                  size="compact-xs"
                  variant="subtle"
                  color="red"
                  loading={change.isPending}
                  onClick={() => change.mutate({ id, user_id: null })}
                  aria-label={`Take away the role ${names.role(role_id)} with ${names.app(app_id)}`}
                >
                  Take away
                </Button>,
              ],
            }))}
          />
        )}
        <Group align="flex-end" gap="sm" grow>
          <ReferenceInput
            label="Key"
            resource="app"
            filter={undefined}
            error={undefined}
            disabled={false}
            required
            value={app}
            onChange={setApp}
          />
          <ReferenceInput
            label="Role"
            resource="role"
            filter={undefined}
            error={undefined}
            disabled={false}
            required
            value={role}
            onChange={setRole}
          />
          <Button
            disabled={app === null || role === null}
            loading={change.isPending}
            onClick={() => change.mutate({ app_id: app, role_id: role })}
          >
            Give the role
          </Button>
        </Group>
        {change.error && <ErrorPanel error={change.error} />}
      </Stack>
    </Modal>
  )
}

const named = z.object({ resource: z.array(z.object({ id: z.number(), name: z.string() })) })

/** Names of keys and roles by their ids. */
function useNames() {
  const api = useApi()
  const read = (resource: string) => ({
    queryKey: ['system', resource, 'names', undefined],
    queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
      api.read({ path: `system/${resource}`, query: { fields: 'id,name', order: 'name' }, signal }, named),
  })
  const [apps, roles] = [useQuery(read('app')), useQuery(read('role'))]
  const nameIn = (list: typeof apps.data, id: number) =>
    list?.resource.find((one) => one.id === id)?.name ?? String(id)
  return {
    error: apps.error ?? roles.error,
    app: (id: number) => nameIn(apps.data, id),
    role: (id: number) => nameIn(roles.data, id),
  }
}
