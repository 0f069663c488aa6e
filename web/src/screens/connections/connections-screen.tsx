import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { Cable } from 'lucide-react'
import { useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { ConfirmStep } from '../../parts/confirm-step.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { type Connection, rightsOf } from './connection.ts'
import { useConnections } from './use-connections.ts'

/** Programs such as claude.ai that people let in by signing in. */
export function ConnectionsScreen() {
  const { path, isOfAll, list, emailOf } = useConnections()
  const [ending, setEnding] = useState<Connection>()
  const connections = list.data?.resource ?? []
  const personOf = (one: Connection) => (isOfAll ? [emailOf(one.user_id)] : [])
  return (
    <Page
      title="Connected programs"
      lead={
        isOfAll
          ? 'Programs that people let in by signing in, such as an agent on the web. Each has what its person allowed, and no more than their role.'
          : 'Programs that you let in by signing in. Each has what you allowed, and no more than your role.'
      }
    >
      <Panel isFlush>
        {list.isPending && <Loading label="Loading the connected programs" />}
        {list.error && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && connections.length === 0 && (
          <EmptyState icon={Cable} title="No program is connected">
            A program that is given an MCP address of this server asks its person to sign in, and is then
            listed here.
          </EmptyState>
        )}
        {connections.length > 0 && (
          <DataTable
            label="Connected programs"
            head={['Program', ...(isOfAll ? ['Person'] : []), 'May', 'Connected', 'Last used', 'Ends', '']}
            rows={connections.map((one) => ({
              key: String(one.id),
              cells: [
                <span key="name" title={one.client_id}>
                  {one.client_name}
                </span>,
                ...personOf(one),
                <span key="may" title={one.resource}>
                  {rightsOf(one)}
                </span>,
                <Moment key="created" value={one.created_date} none="" />,
                <Moment key="used" value={one.last_used_date} none="never" />,
                <Moment key="ends" value={one.expires_date} none="" />,
                <Button
                  key="end"
                  size="compact-sm"
                  variant="default"
                  aria-label={['End', one.client_name, ...personOf(one).map((email) => `of ${email}`)].join(
                    ' ',
                  )}
                  onClick={() => setEnding(one)}
                >
                  End
                </Button>,
              ],
            }))}
          />
        )}
      </Panel>
      {ending && <EndConnection path={path} connection={ending} onClose={() => setEnding(undefined)} />}
    </Page>
  )
}

interface EndConnectionProps {
  readonly path: string
  readonly connection: Connection
  readonly onClose: () => void
}

function EndConnection({ path, connection: { id, client_name: name }, onClose }: EndConnectionProps) {
  const api = useApi()
  const queries = useQueryClient()
  return (
    <ConfirmStep
      title={`End the connection of ${name}?`}
      label={`End ${name}`}
      carryOut={async () => {
        await api.change({ verb: 'DELETE', path: `${path}/${id}` })
        await queries.invalidateQueries({ queryKey: ['connections'] })
        notifications.show({ message: `${name} is not connected any more.` })
      }}
      onClose={onClose}
    >
      Its tokens end at once. To go on, it has to ask its person to sign in again.
    </ConfirmStep>
  )
}
