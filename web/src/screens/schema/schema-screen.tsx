import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { DatabaseLayout } from '../../database/database-layout.tsx'
import { calledName } from '../../database/description.ts'
import { useTable, useTables } from '../../database/use-database.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { TableForm } from './table-form.tsx'
import { TableSchema } from './table-schema.tsx'

const Diagram = lazy(async () => ({ default: (await import('./diagram.tsx')).Diagram }))

/** Tables, their fields, keys and relations, as a list and as a picture. */
export function SchemaScreen() {
  const [madeIn, setMadeIn] = useState<string>()
  const navigate = useNavigate()
  return (
    <>
      <DatabaseLayout
        title="Schema"
        lead="Tables, their fields, keys and relations. Labels, aliases and declared relations are kept beside the database."
        place="schema"
        actions={(service) => (
          <Button leftSection={<Plus size={15} />} onClick={() => setMadeIn(service)}>
            New table
          </Button>
        )}
      >
        {(service, table) =>
          table === undefined ? (
            <Picture key={service} service={service} />
          ) : (
            <OneTable key={`${service}/${table}`} service={service} table={table} />
          )
        }
      </DatabaseLayout>
      {madeIn !== undefined && (
        <TableForm
          service={madeIn}
          onMade={(name) =>
            void navigate({ to: `/schema/${encodeURIComponent(madeIn)}/${encodeURIComponent(name)}` })
          }
          onClose={() => setMadeIn(undefined)}
        />
      )}
    </>
  )
}

function Picture({ service }: { readonly service: string }) {
  const tables = useTables(service)
  if (tables.error) return <ErrorPanel error={tables.error} onRetry={() => void tables.refetch()} />
  if (!tables.data) return <Loading label="Reading the tables" />
  if (tables.data.length === 0) {
    return (
      <EmptyState icon={Plus} title="The database has no tables yet">
        Make one with “New table”, or import a file into the database.
      </EmptyState>
    )
  }
  return (
    <Suspense fallback={<Loading label="Drawing" />}>
      <Diagram service={service} names={tables.data.map(calledName)} />
    </Suspense>
  )
}

function OneTable({ service, table }: { readonly service: string; readonly table: string }) {
  const description = useTable(service, table)
  if (description.error) {
    return <ErrorPanel error={description.error} onRetry={() => void description.refetch()} />
  }
  if (!description.data) return <Loading label="Reading the table" />
  return <TableSchema service={service} description={description.data} />
}
