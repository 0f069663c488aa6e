import { Select, TextInput } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Eye, Table2 } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { Loading } from '../parts/loading.tsx'
import { calledName, type TableSummary } from './description.ts'
import classes from './tables-list.module.css'
import { useDatabases, useTables } from './use-database.ts'

interface TablesListProps {
  readonly service: string
  /** Address of a service or a table on the screen that this list stands on. */
  readonly linkTo: (service: string, table?: string) => string
  readonly onService: (service: string) => void
}

/** The services and, of one of them, the tables; thousands of them stay quick. */
export function TablesList({ service, linkTo, onService }: TablesListProps) {
  const databases = useDatabases()
  const tables = useTables(service)
  const [search, setSearch] = useState('')
  const found = useMemo(() => matching(tables.data ?? [], search), [tables.data, search])
  return (
    <nav className={classes.list} aria-label="Tables">
      <Select
        label="Service"
        data={(databases.data ?? []).map(({ name, label }) => ({ value: name, label: label || name }))}
        value={service}
        onChange={(value) => value !== null && onService(value)}
        allowDeselect={false}
      />
      <TextInput
        aria-label="Find a table"
        placeholder="Find a table"
        value={search}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {tables.isPending && <Loading label="Reading the tables" />}
      {tables.error && <ErrorPanel error={tables.error} onRetry={() => void tables.refetch()} />}
      {tables.data && found.length === 0 && (
        <p className={classes.none}>
          {search === '' ? 'The database has no tables yet.' : 'No table has this in its name.'}
        </p>
      )}
      {found.length > 0 && <Names tables={found} addressOf={(name) => linkTo(service, name)} />}
    </nav>
  )
}

function Names({
  tables,
  addressOf,
}: {
  readonly tables: readonly TableSummary[]
  readonly addressOf: (name: string) => string
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: tables.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
  })
  return (
    <div ref={scroller} className={classes.names}>
      <ul className={classes.all} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const table = tables[index]
          if (!table) return null
          const Icon = table.is_view ? Eye : Table2
          return (
            <li key={table.name} className={classes.item} style={{ transform: `translateY(${start}px)` }}>
              <Link
                to={addressOf(calledName(table))}
                className={classes.link}
                activeOptions={{ includeSearch: false }}
                title={table.description ?? undefined}
              >
                <Icon size={14} strokeWidth={1.75} aria-label={table.is_view ? 'View' : 'Table'} />
                <span>{calledName(table)}</span>
              </Link>
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const ROW_HEIGHT = 30

function matching(tables: readonly TableSummary[], search: string): readonly TableSummary[] {
  const wanted = search.trim().toLowerCase()
  return tables.filter(({ name, alias }) => `${name} ${alias ?? ''}`.toLowerCase().includes(wanted))
}
