import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Panel } from '../../parts/panel.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { useAccount } from '../../session/session-context.ts'

const environment = z.object({
  apps: z.array(
    z.object({ id: z.number(), name: z.string(), description: z.string().nullable(), url: z.string() }),
  ),
})

/** The applications a person may use; the keys themselves are their administrators'. */
export function OwnKeys() {
  const api = useApi()
  const { kind } = useAccount()
  const found = useQuery({
    queryKey: ['environment'],
    queryFn: ({ signal }) => api.read({ path: 'system/environment', signal }, environment),
  })
  const apps = found.data?.apps ?? []
  return (
    <Panel
      title="Applications you may use"
      lead="Each has a key, and with it you have the role that an administrator gave you."
      isFlush
    >
      {found.isPending && <Loading label="Loading applications" />}
      {found.error && <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />}
      {found.data && apps.length === 0 && (
        <EmptyState
          icon={KeyRound}
          title="No application is shown to you"
          action={kind === 'admin' ? <TextLink to="/keys">All keys</TextLink> : undefined}
        >
          {kind === 'admin'
            ? 'Keys of agents and programs are on a screen of their own.'
            : 'Ask an administrator for the key of the agent or program you use, and for a role with it.'}
        </EmptyState>
      )}
      {apps.length > 0 && (
        <DataTable
          label="Applications you may use"
          head={['Name', 'What it is', 'Address']}
          rows={apps.map(({ id, name, description, url }) => ({
            key: String(id),
            cells: [name, description ?? '', url],
          }))}
        />
      )}
    </Panel>
  )
}
