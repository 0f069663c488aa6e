import { wordsOf } from '../../api/api-error.ts'
import { StatusMark } from '../../parts/status-mark.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import classes from './overview.module.css'
import { type OverviewKey, type OverviewRole, type OverviewService, reachOf } from './overview-data.ts'
import type { Health } from './use-overview.ts'

/** Of one service, as far as it is known. */
interface Answer {
  readonly data: Health | undefined
  readonly error: Error | null
}

interface ServiceHealthProps {
  readonly services: readonly OverviewService[]
  /** In the same order. */
  readonly health: readonly Answer[]
  readonly roles: readonly OverviewRole[]
  readonly keys: readonly OverviewKey[]
}

/** Connection: does it answer. Governance: can anybody get to it. */
export function ServiceHealth({ services, health, roles, keys }: ServiceHealthProps) {
  return (
    <ul className={classes.services} aria-label="Services">
      {services.map((service, index) => {
        const reach = reachOf(service, roles, keys)
        return (
          <li key={service.name} className={classes.service}>
            <span>
              <TextLink to={`/services/${service.name}`}>{service.label || service.name}</TextLink>
              <span className={classes.note}> {service.type}</span>
            </span>
            <ConnectionMark answer={health[index]} />
            <StatusMark status={reach.keys.length > 0 ? 'good' : reach.roles.length > 0 ? 'warn' : 'off'}>
              {reach.roles.length === 0
                ? 'No role reaches it'
                : `${countOf(reach.roles.length, 'role')} and ${countOf(reach.keys.length, 'key')} reach it`}
            </StatusMark>
          </li>
        )
      })}
    </ul>
  )
}

function ConnectionMark({ answer }: { readonly answer: Answer | undefined }) {
  if (answer?.error) return <StatusMark status="bad">{wordsOf(answer.error).message}</StatusMark>
  switch (answer?.data?.state) {
    case 'up':
      return <StatusMark status="good">Answers</StatusMark>
    case 'down':
      return <StatusMark status="bad">{answer.data?.message ?? 'Does not answer'}</StatusMark>
    case 'off':
      return <StatusMark status="off">Switched off</StatusMark>
    case 'unknown':
      return <StatusMark status="off">Not a database</StatusMark>
    case undefined:
      return <StatusMark status="off">Asking …</StatusMark>
  }
}

function countOf(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
