import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useApi } from '../api/api-context.ts'
import { type AnyRecord, anyRecord, listOf } from '../api/wire.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { Panel } from '../parts/panel.tsx'
import { DeleteRecord } from './delete-record.tsx'
import type { RecordDefinition } from './record-definition.ts'
import { RecordDrawer } from './record-drawer.tsx'
import { RecordTable } from './record-table.tsx'

interface RecordScreenProps {
  readonly definition: RecordDefinition
  /** Further actions of the page. */
  readonly actions?: ReactNode
  /** Further actions of a record, in its line. */
  readonly rowActions?: (record: AnyRecord) => ReactNode
  /** What to do with a record that was just added: show what is told once. */
  readonly onAdded?: (record: AnyRecord) => void
  /** Under the list. */
  readonly children?: ReactNode
}

/**
 * The list of a system resource, with a form to add and change and a step to delete. The address says what is open: `?edit=new`,
 * `?edit=5`.
 */
export function RecordScreen({ definition, actions, rowActions, onAdded, children }: RecordScreenProps) {
  const { resource, title, lead, one, query, icon, emptyText } = definition
  const api = useApi()
  const navigate = useNavigate()
  const { edit } = useOpen()
  const [leaving, setLeaving] = useState<AnyRecord>()
  const open = (id: string | undefined) =>
    void navigate({ to: '.', search: id === undefined ? {} : { edit: id } })
  const list = useQuery({
    queryKey: ['system', resource, 'list'],
    queryFn: ({ signal }) =>
      api.read({ path: `system/${resource}`, query: { ...query }, signal }, listOf(anyRecord)),
  })
  const records = list.data?.resource ?? []
  const opened = records.find(({ id }) => String(id) === edit)
  const add = (
    <Button leftSection={<Plus size={16} />} onClick={() => open('new')}>
      Add {withArticle(one)}
    </Button>
  )
  return (
    <Page
      title={title}
      lead={lead}
      actions={
        <>
          {actions}
          {records.length > 0 && add}
        </>
      }
    >
      <Panel isFlush>
        {list.isPending && <Loading label={`Loading: ${title}`} />}
        {list.error && <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
        {list.data && records.length === 0 && (
          <EmptyState icon={icon} title={`There is no ${one} yet`} action={add}>
            {emptyText}
          </EmptyState>
        )}
        {records.length > 0 && (
          <RecordTable
            definition={definition}
            records={records}
            rowActions={rowActions}
            onOpen={({ id }) => open(String(id))}
            onDelete={setLeaving}
          />
        )}
      </Panel>
      {children}
      {(edit === 'new' || opened) && (
        <RecordDrawer
          key={edit}
          definition={definition}
          record={opened}
          onAdded={onAdded}
          onClose={() => open(undefined)}
        />
      )}
      {leaving && (
        <DeleteRecord definition={definition} record={leaving} onClose={() => setLeaving(undefined)} />
      )}
    </Page>
  )
}

/** What the address asks for. */
function useOpen(): { readonly edit: string | undefined } {
  const search: Readonly<Record<string, unknown>> = useSearch({ strict: false })
  return { edit: search.edit === undefined ? undefined : String(search.edit) }
}

/** "an e-mail template" */
function withArticle(noun: string): string {
  return `${/^[aeio]/i.test(noun) ? 'an' : 'a'} ${noun}`
}
