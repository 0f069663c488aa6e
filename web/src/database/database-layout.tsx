import { useNavigate, useParams } from '@tanstack/react-router'
import { Database } from 'lucide-react'
import type { ReactNode } from 'react'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { Loading } from '../parts/loading.tsx'
import { Page } from '../parts/page.tsx'
import { TextLink } from '../parts/text-link.tsx'
import classes from './database-layout.module.css'
import { TablesList } from './tables-list.tsx'
import { useDatabases } from './use-database.ts'

interface DatabaseLayoutProps {
  readonly title: string
  readonly lead: string
  /** First segment of the screen's addresses: `data` for `/data/$service/$table`. */
  readonly place: string
  readonly actions?: (service: string) => ReactNode
  readonly children: (service: string, table: string | undefined) => ReactNode
}

/** A screen about the tables of one service: they are listed at the left, and the address names one. */
export function DatabaseLayout({ title, lead, place, actions, children }: DatabaseLayoutProps) {
  const { service: named, table } = useParams({ strict: false })
  const databases = useDatabases()
  const navigate = useNavigate()
  const service = named ?? databases.data?.[0]?.name
  const linkTo = (ofService: string, ofTable?: string) =>
    `/${place}/${encodeURIComponent(ofService)}${ofTable === undefined ? '' : `/${encodeURIComponent(ofTable)}`}`
  return (
    <Page title={title} lead={lead} isWide actions={service !== undefined && actions?.(service)}>
      {databases.isPending && <Loading label="Reading the services" />}
      {databases.error && <ErrorPanel error={databases.error} onRetry={() => void databases.refetch()} />}
      {databases.data && service === undefined && (
        <EmptyState
          icon={Database}
          title="No database is connected"
          action={<TextLink to="/services">Connect a database</TextLink>}
        >
          Tables of every service that is a database are shown here.
        </EmptyState>
      )}
      {databases.data && service !== undefined && (
        <div className={classes.layout}>
          <TablesList
            service={service}
            linkTo={linkTo}
            onService={(to) => void navigate({ to: linkTo(to) })}
          />
          <div className={classes.content}>{children(service, table)}</div>
        </div>
      )}
    </Page>
  )
}
