import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { DatabaseZap } from 'lucide-react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { DataTable } from '../../parts/data-table.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { TextLink } from '../../parts/text-link.tsx'

const cached = z.object({ name: z.string(), label: z.string().nullish() })

/** What is kept of each service in memory; nothing is lost when it is read again. */
export function CacheScreen() {
  const api = useApi()
  const list = useQuery({
    queryKey: ['system', 'cache'],
    queryFn: ({ signal }) =>
      api.read({ path: 'system/cache', query: { fields: 'name,label' }, signal }, listOf(cached)),
  })
  const flush = useMutation({
    mutationFn: (name: string | undefined) =>
      api.change({
        verb: 'DELETE',
        path: name === undefined ? 'system/cache' : `system/cache/${encodeURIComponent(name)}`,
      }),
    onSuccess: (_, name) =>
      notifications.show({ message: `${name ?? 'Everything'} is read anew by the next request.` }),
  })
  const services = list.data?.resource ?? []
  return (
    <Page
      title="Cache"
      lead="Schemas, routines and, where that is switched on, results of reads are kept for a while. Flush them after a change that was made past this server."
      actions={
        services.length > 0 && (
          <Button variant="default" loading={flush.isPending} onClick={() => flush.mutate(undefined)}>
            Flush all
          </Button>
        )
      }
    >
      {flush.error && <ErrorPanel title="Nothing was flushed" error={flush.error} />}
      <Panel isFlush>
        {list.isPending && <Loading label="Loading the cache" />}
        {list.error && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && services.length === 0 && (
          <EmptyState
            icon={DatabaseZap}
            title="There is nothing to keep yet"
            action={<TextLink to="/connect">Connect a service</TextLink>}
          >
            Once a database is connected, its schema is kept here.
          </EmptyState>
        )}
        {services.length > 0 && (
          <DataTable
            label="Services with a cache"
            head={['Service', 'Label', '']}
            rows={services.map(({ name, label }) => ({
              key: name,
              cells: [
                <TextLink key="name" to={`/services/${name}`}>
                  {name}
                </TextLink>,
                label ?? '',
                <Button
                  key="flush"
                  size="compact-sm"
                  variant="default"
                  aria-label={`Flush ${name}`}
                  onClick={() => flush.mutate(name)}
                >
                  Flush
                </Button>,
              ],
            }))}
          />
        )}
      </Panel>
    </Page>
  )
}
