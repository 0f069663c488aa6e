import { Button, Drawer } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { RefreshCw, ScrollText } from 'lucide-react'
import { useState } from 'react'
import * as z from 'zod'
import { useApi } from '../../api/api-context.ts'
import { listOf } from '../../api/wire.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { CallDetails } from './call-details.tsx'
import { CallFilters } from './call-filters.tsx'
import classes from './call-log.module.css'
import { CallTable } from './call-table.tsx'
import { type Call, type CallFilter, call, filterText } from './calls.ts'

const PAGE_ROWS = 100
const search = z.object({
  outcome: z.string().optional(),
  service: z.string().optional(),
  door: z.string().optional(),
  caller: z.coerce.string().optional(),
  hours: z.coerce.string().optional(),
})

/** Who asked what, and how it ended; the address has the filter, so that it can be sent to somebody. */
export function CallLogScreen() {
  const api = useApi()
  const navigate = useNavigate()
  const given = search.safeParse(useSearch({ strict: false }))
  const filter: CallFilter = given.success ? given.data : {}
  const [opened, setOpened] = useState<Call>()
  const calls = useInfiniteQuery({
    queryKey: ['system', 'call_log', 'list', filter],
    initialPageParam: 0,
    queryFn: async ({ signal, pageParam }) => {
      const text = filterText(filter, Date.now())
      const older = pageParam === 0 ? [] : [`(id < ${pageParam})`]
      const whole = [...(text === '' ? [] : [text]), ...older].join(' and ')
      const query = { filter: whole === '' ? undefined : whole, order: 'id DESC', limit: PAGE_ROWS }
      return (await api.read({ path: 'system/call_log', query, signal }, listOf(call))).resource
    },
    getNextPageParam: (page) => (page.length < PAGE_ROWS ? undefined : page.at(-1)?.id),
  })
  const found = calls.data?.pages.flat() ?? []
  const isNarrowed = Object.values(filter).some((value) => value !== undefined)
  return (
    <Page
      title="Call log"
      lead="Every call and every refusal, through REST, MCP and stdio. It holds names and no values: no filters, arguments or rows."
      actions={
        <Button
          variant="default"
          leftSection={<RefreshCw size={15} />}
          loading={calls.isFetching && !calls.isFetchingNextPage}
          onClick={() => void calls.refetch()}
        >
          Read again
        </Button>
      }
    >
      <CallFilters
        filter={filter}
        onChange={(next) => void navigate({ to: '/call-log', search: { ...next }, replace: true })}
      />
      <Panel isFlush>
        {calls.isPending && <Loading label="Loading calls" />}
        {calls.error && <ErrorPanel error={calls.error} onRetry={() => void calls.refetch()} />}
        {calls.data && found.length === 0 && (
          <EmptyState icon={ScrollText} title={isNarrowed ? 'No call is like that' : 'Nobody has called yet'}>
            {isNarrowed
              ? 'Take a filter away, or look further back.'
              : 'Give an agent a key: its first call is here half a second later.'}
          </EmptyState>
        )}
        {found.length > 0 && <CallTable calls={found} onOpen={setOpened} />}
        {calls.hasNextPage && (
          <div className={classes.more}>
            <Button
              variant="default"
              size="xs"
              loading={calls.isFetchingNextPage}
              onClick={() => void calls.fetchNextPage()}
            >
              Older calls
            </Button>
          </div>
        )}
      </Panel>
      <Drawer opened={opened !== undefined} onClose={() => setOpened(undefined)} title="Call">
        {opened && <CallDetails call={opened} />}
      </Drawer>
    </Page>
  )
}
