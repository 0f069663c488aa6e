import { Table2 } from 'lucide-react'
import { DatabaseLayout } from '../../database/database-layout.tsx'
import { useTable } from '../../database/use-database.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { TableView } from './table-view.tsx'

/** The records of any table, to read and to change. */
export function DataScreen() {
  return (
    <DatabaseLayout
      title="Data"
      lead="What is in the tables of a service, read and written through the same API that applications use."
      place="data"
    >
      {(service, table) =>
        table === undefined ? (
          <EmptyState icon={Table2} title="Choose a table">
            Its records are shown here, and can be searched, changed, imported and exported.
          </EmptyState>
        ) : (
          <OneTable key={`${service}/${table}`} service={service} table={table} />
        )
      }
    </DatabaseLayout>
  )
}

function OneTable({ service, table }: { readonly service: string; readonly table: string }) {
  const description = useTable(service, table)
  if (description.error) {
    return <ErrorPanel error={description.error} onRetry={() => void description.refetch()} />
  }
  if (!description.data) return <Loading label="Reading the table" />
  return <TableView service={service} description={description.data} />
}
