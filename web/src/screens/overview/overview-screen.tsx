import { useQuery } from '@tanstack/react-query'
import { Database } from 'lucide-react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'

const service = z.object({ name: z.string(), label: z.string(), is_active: z.boolean() })

export function OverviewScreen() {
  const api = useApi()
  const services = useQuery({
    queryKey: ['system', 'service', 'overview'],
    queryFn: ({ signal }) =>
      api.read(
        {
          path: 'system/service',
          query: { fields: 'name,label,is_active', filter: 'deletable = true', order: 'name' },
          signal,
        },
        listOf(service),
      ),
  })
  const found = services.data?.resource
  return (
    <Page title="Overview" lead="What is connected, who may reach it, and what needs a decision.">
      <Panel title="Services" isFlush>
        {services.isPending && <Loading label="Loading services" />}
        {services.error && <ErrorPanel error={services.error} onRetry={() => void services.refetch()} />}
        {found?.length === 0 && (
          <EmptyState icon={Database} title="Nothing is connected yet">
            Connect a database to begin.
          </EmptyState>
        )}
        {found && found.length > 0 && (
          <DataTable
            label="Services"
            head={['Service', 'State', 'MCP address']}
            rows={found.map(({ name, label, is_active }) => ({
              key: name,
              cells: [
                label,
                <StatusMark key="state" status={is_active ? 'good' : 'off'}>
                  {is_active ? 'Served' : 'Switched off'}
                </StatusMark>,
                <CopyText
                  key="address"
                  label={`MCP address of ${name}`}
                  text={`${window.location.origin}/mcp/${name}`}
                />,
              ],
            }))}
          />
        )}
      </Panel>
    </Page>
  )
}
