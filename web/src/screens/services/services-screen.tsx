import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plug, Plus } from 'lucide-react'
import { useApi } from '../../api/api-context.ts'
import { type ServiceRecord, serviceRecord } from '../../api/records.ts'
import { listOf } from '../../api/wire.ts'
import { CopyText } from '../../parts/copy-text.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { StatusMark } from '../../parts/status-mark.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { useServiceTypes } from './use-service-types.ts'

/** What is connected, and what belongs to the server itself. */
export function ServicesScreen() {
  const api = useApi()
  const types = useServiceTypes()
  const list = useQuery({
    queryKey: ['system', 'service', 'list'],
    queryFn: ({ signal }) =>
      api.read({ path: 'system/service', query: { order: 'name' }, signal }, listOf(serviceRecord)),
  })
  const services = list.data?.resource ?? []
  const connected = services.filter(({ deletable }) => deletable)
  const own = services.filter(({ deletable }) => !deletable)
  const labelOf = (name: string) => types.data?.find((type) => type.name === name)?.label ?? name
  const connect = (
    <Button component={Link} to="/connect" leftSection={<Plus size={16} />}>
      Connect a service
    </Button>
  )
  return (
    <Page
      title="Services"
      lead="Databases that agents and applications reach through this server, and services it uses itself."
      actions={connected.length > 0 && connect}
    >
      <Panel title="Connected" isFlush>
        {list.isPending && <Loading label="Loading services" />}
        {list.error && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && connected.length === 0 && (
          <EmptyState icon={Plug} title="Nothing is connected yet" action={connect}>
            Connect a database: agents reach it only through a key, and a key reaches only what its role
            allows.
          </EmptyState>
        )}
        {connected.length > 0 && (
          <DataTable
            label="Connected services"
            head={['Name', 'Type', 'State', 'MCP address']}
            rows={connected.map((service) => ({
              key: service.name,
              cells: [
                <NameOf key="name" service={service} />,
                labelOf(service.type),
                <StatusMark key="state" status={service.is_active ? 'good' : 'off'}>
                  {service.is_active ? 'Switched on' : 'Switched off'}
                </StatusMark>,
                <CopyText
                  key="address"
                  label={`MCP address of ${service.name}`}
                  text={`${window.location.origin}/mcp/${service.name}`}
                />,
              ],
            }))}
          />
        )}
      </Panel>
      {own.length > 0 && (
        <Panel title="Of the server itself" lead="Always there; their settings can be changed." isFlush>
          <DataTable
            label="Services of the server itself"
            head={['Name', 'What it is']}
            rows={own.map((service) => ({
              key: service.name,
              cells: [<NameOf key="name" service={service} />, service.description ?? ''],
            }))}
          />
        </Panel>
      )}
    </Page>
  )
}

function NameOf({ service: { name, label } }: { readonly service: ServiceRecord }) {
  return (
    <>
      <TextLink to={`/services/${name}`}>{name}</TextLink>
      {label !== name && label !== '' && <div className="quiet">{label}</div>}
    </>
  )
}
