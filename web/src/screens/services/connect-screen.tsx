import { Link } from '@tanstack/react-router'
import { ErrorPanel } from '../../parts/error-panel.tsx'
import { Loading } from '../../parts/loading.tsx'
import { Page } from '../../parts/page.tsx'
import { Panel } from '../../parts/panel.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import classes from './services.module.css'
import { useServiceTypes } from './use-service-types.ts'

/** The first step: what is it. */
export function ConnectScreen() {
  const types = useServiceTypes()
  const offered = (types.data ?? []).filter(({ singleton, group }) => !singleton && group !== 'System')
  const groups = [...new Set(offered.map(({ group }) => group))].filter((group) => group !== 'User')
  return (
    <Page title="Connect a service" lead={<TextLink to="/services">All services</TextLink>}>
      {types.isPending && <Loading label="Loading types" />}
      {types.error && <ErrorPanel error={types.error} onRetry={() => void types.refetch()} />}
      {groups.map((group) => (
        <Panel key={group} title={group}>
          <div className={classes.types}>
            {offered
              .filter((type) => type.group === group)
              .map(({ name, label, description }) => (
                <Link key={name} to={`/connect/${name}`} className={classes.type}>
                  <span className={classes.typeName}>{label}</span>
                  <div className="quiet">{description}</div>
                </Link>
              ))}
          </div>
        </Panel>
      ))}
    </Page>
  )
}
