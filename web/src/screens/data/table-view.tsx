import { Button, Checkbox, Group, Menu, Select } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight, Columns3, Plus, RefreshCw, SearchX } from 'lucide-react'
import { useState } from 'react'
import { useApi } from '../../api/api-context.ts'
import { type AnyRecord, anyRecord, countedListOf } from '../../api/wire.ts'
import { calledName, type TableDescription } from '../../database/description.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { ExportMenu } from './export-menu.tsx'
import { FilterBar } from './filter-bar.tsx'
import { nameText } from './filter-text.ts'
import { ImportDialog } from './import-dialog.tsx'
import { keyNames, tablePath } from './record-address.ts'
import { RecordDrawer } from './record-drawer.tsx'
import { RecordForm } from './record-form.tsx'
import { RecordsGrid } from './records-grid.tsx'
import classes from './table-view.module.css'
import { nextOrder, orderText, PAGE_SIZES, searchOf, type View, viewOf } from './view.ts'

interface TableViewProps {
  readonly service: string
  readonly description: TableDescription
}

type Opened =
  | { readonly what: 'record'; readonly record: AnyRecord }
  | { readonly what: 'new' }
  | { readonly what: 'import' }

/** One table: filter, grid, pages, and what can be done with its records. */
export function TableView({ service, description }: TableViewProps) {
  const table = calledName(description)
  const view = viewOf(useSearch({ strict: false }))
  const navigate = useNavigate()
  const queries = useQueryClient()
  const rows = useRows(service, table, view)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [opened, setOpened] = useState<Opened>()
  const isWritable = keyNames(description).length > 0
  const show = (next: Partial<View>) =>
    void navigate({ to: '.', search: searchOf({ ...view, offset: 0, ...next }), replace: true })
  const renew = () => void queries.invalidateQueries({ queryKey: ['rows', service, table] })
  return (
    <>
      <header className={classes.head}>
        <h2 className={classes.title}>{table}</h2>
        <Group gap="xs">
          <ColumnsMenu names={description.field.map(calledName)} hidden={hidden} onChange={setHidden} />
          <ExportMenu service={service} description={description} view={view} hidden={hidden} />
          {isWritable && (
            <>
              <Button variant="default" onClick={() => setOpened({ what: 'import' })}>
                Import CSV
              </Button>
              <Button leftSection={<Plus size={15} />} onClick={() => setOpened({ what: 'new' })}>
                New record
              </Button>
            </>
          )}
        </Group>
      </header>
      <FilterBar
        key={view.filter}
        description={description}
        filter={view.filter}
        onApply={(filter) => show({ filter })}
      />
      {rows.error && <ErrorPanel error={rows.error} onRetry={() => void rows.refetch()} />}
      {!rows.error && !rows.data && <Loading label="Reading the records" />}
      {rows.data?.resource.length === 0 && (
        <NoRecords isFiltered={view.filter !== ''} isWritable={isWritable} />
      )}
      {rows.data && rows.data.resource.length > 0 && (
        <RecordsGrid
          fields={description.field}
          rows={rows.data.resource}
          hidden={hidden}
          order={view.order}
          onOrder={(field) => show({ order: nextOrder(view.order, field) })}
          onOpen={(record) => setOpened({ what: 'record', record })}
        />
      )}
      {rows.data && (
        <Pages
          view={view}
          shown={rows.data.resource.length}
          count={rows.data.meta.count}
          onShow={show}
          onRenew={renew}
        />
      )}
      {opened?.what === 'record' && (
        <RecordDrawer
          service={service}
          description={description}
          record={opened.record}
          onChanged={renew}
          onClose={() => setOpened(undefined)}
        />
      )}
      {opened?.what === 'new' && (
        <RecordForm
          service={service}
          description={description}
          onSaved={renew}
          onClose={() => setOpened(undefined)}
        />
      )}
      {opened?.what === 'import' && (
        <ImportDialog
          service={service}
          description={description}
          onDone={renew}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  )
}

function useRows(service: string, table: string, { filter, order, offset, size }: View) {
  const api = useApi()
  return useQuery({
    queryKey: ['rows', service, table, { filter, order, offset, size }],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      api.read(
        {
          path: tablePath(service, table),
          query: {
            filter: filter || undefined,
            order: order && orderText({ ...order, field: nameText(order.field) }),
            offset,
            limit: size,
            include_count: true,
          },
          signal,
        },
        countedListOf(anyRecord),
      ),
  })
}

interface PagesProps {
  readonly view: View
  readonly shown: number
  readonly count: number
  readonly onShow: (view: Partial<View>) => void
  readonly onRenew: () => void
}

function Pages({ view: { offset, size }, shown, count, onShow, onRenew }: PagesProps) {
  const [first, last] = [shown === 0 ? 0 : offset + 1, offset + shown]
  return (
    <footer className={classes.pages}>
      <span role="status">
        {first.toLocaleString('en')}–{last.toLocaleString('en')} of {count.toLocaleString('en')}
      </span>
      <Group gap="xs">
        <Select
          aria-label="Records on a page"
          size="xs"
          w={92}
          data={PAGE_SIZES.map(String)}
          value={String(size)}
          onChange={(value) => value !== null && onShow({ size: Number(value) })}
          allowDeselect={false}
        />
        <Button variant="default" size="xs" leftSection={<RefreshCw size={13} />} onClick={onRenew}>
          Read again
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<ChevronLeft size={14} />}
          disabled={offset === 0}
          onClick={() => onShow({ offset: Math.max(0, offset - size) })}
        >
          Previous
        </Button>
        <Button
          variant="default"
          size="xs"
          rightSection={<ChevronRight size={14} />}
          disabled={last >= count}
          onClick={() => onShow({ offset: offset + size })}
        >
          Next
        </Button>
      </Group>
    </footer>
  )
}

function ColumnsMenu({
  names,
  hidden,
  onChange,
}: {
  readonly names: readonly string[]
  readonly hidden: ReadonlySet<string>
  readonly onChange: (hidden: ReadonlySet<string>) => void
}) {
  return (
    <Menu closeOnItemClick={false} position="bottom-end">
      <Menu.Target>
        <Button variant="default" leftSection={<Columns3 size={15} />}>
          Columns
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={classes.columns}>
        <Checkbox.Group
          label="Columns that are shown"
          value={names.filter((name) => !hidden.has(name))}
          onChange={(shown) => onChange(new Set(names.filter((name) => !shown.includes(name))))}
        >
          {names.map((name) => (
            <Checkbox
              key={name}
              value={name}
              label={name}
              my={8}
              disabled={hidden.size === names.length - 1 && !hidden.has(name)}
            />
          ))}
        </Checkbox.Group>
      </Menu.Dropdown>
    </Menu>
  )
}

function NoRecords({
  isFiltered,
  isWritable,
}: {
  readonly isFiltered: boolean
  readonly isWritable: boolean
}) {
  if (isFiltered) {
    return (
      <EmptyState icon={SearchX} title="No record fits the filter">
        Change the filter, or clear it to see all records.
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={SearchX} title="There are no records">
      {isWritable ? 'Make one with “New record”, or import many from a CSV file.' : 'The table is empty.'}
    </EmptyState>
  )
}
