import { Button, Tabs } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { serviceRecord } from '../../api/records.ts'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import { DeleteRecord } from '../../records/delete-record.tsx'
import { ClientSetup } from './client-setup.tsx'
import { SERVICES } from './service-definition.ts'
import { ServiceSettings } from './service-settings.tsx'
import { useServiceTypes } from './use-service-types.ts'

/** One service: its settings, and how clients reach it. */
export function ServiceScreen() {
  const { name = '' }: Readonly<Record<string, string>> = useParams({ strict: false })
  const api = useApi()
  const navigate = useNavigate()
  const types = useServiceTypes()
  const [isLeaving, setLeaving] = useState(false)
  const found = useQuery({
    queryKey: ['system', 'service', 'one', name],
    queryFn: ({ signal }) =>
      api.read({ path: `system/service/${encodeURIComponent(name)}`, signal }, serviceRecord),
  })
  const service = found.data
  const type = types.data?.find((one) => one.name === service?.type)
  const error = found.error ?? types.error
  return (
    <Page
      title={service?.label || name}
      lead={<TextLink to="/services">All services</TextLink>}
      actions={
        service?.deletable && (
          <Button variant="default" leftSection={<Trash2 size={15} />} onClick={() => setLeaving(true)}>
            Delete
          </Button>
        )
      }
    >
      {error && <ErrorPanel error={error} onRetry={() => void found.refetch()} />}
      {!error && !(service && type) && <Loading label="Loading the service" />}
      {service && type && (
        <Tabs defaultValue="settings" keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab value="settings">Settings</Tabs.Tab>
            {type.group === 'Database' && <Tabs.Tab value="clients">Connect agents</Tabs.Tab>}
          </Tabs.List>
          <Tabs.Panel value="settings">
            <ServiceSettings key={found.dataUpdatedAt} service={service} type={type} />
          </Tabs.Panel>
          <Tabs.Panel value="clients">
            <ClientSetup service={service.name} />
          </Tabs.Panel>
        </Tabs>
      )}
      {isLeaving && service && (
        <DeleteRecord
          definition={SERVICES}
          record={service}
          onDeleted={() => void navigate({ to: '/services' })}
          onClose={() => setLeaving(false)}
        />
      )}
    </Page>
  )
}
