import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { ActionList } from './action-list.tsx'
import { Figures } from './figures.tsx'
import { findingsOf } from './findings.ts'
import { ServiceHealth } from './service-health.tsx'
import { useDay } from './use-day.ts'
import { useHealth, useOverview } from './use-overview.ts'

/** What is connected, who gets to it, and what wants a decision. */
export function OverviewScreen() {
  const { services, roles, keys } = useOverview()
  const day = useDay()
  const known = services.data ?? []
  const health = useHealth(known)
  const failed = [services, roles, keys].find(({ error }) => error)
  const isRead = services.data && roles.data && keys.data
  return (
    <Page title="Overview" lead="What is connected, who may reach it, and what needs a decision.">
      {failed && <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />}
      {!isRead && !failed && <Loading label="Loading the overview" />}
      {isRead && (
        <>
          <Figures services={known} keys={keys.data} day={day.data} dayError={day.error} />
          <Panel title="Needs action" isFlush>
            <ActionList
              findings={findingsOf({
                services: known,
                silent: known
                  .filter((_, index) => health[index]?.data?.state === 'down')
                  .map(({ name }) => name),
                roles: roles.data,
                keys: keys.data,
                day: day.data,
                now: Date.now(),
              })}
            />
          </Panel>
          {known.length > 0 && (
            <Panel title="Services" isFlush>
              <ServiceHealth services={known} health={health} roles={roles.data} keys={keys.data} />
            </Panel>
          )}
        </>
      )}
    </Page>
  )
}
