import { Link } from '@tanstack/react-router'
import { wordsOf } from '../../api/api-error.ts'
import classes from './overview.module.css'
import type { OverviewKey, OverviewService } from './overview-data.ts'
import type { Day } from './use-day.ts'

interface FiguresProps {
  readonly services: readonly OverviewService[]
  readonly keys: readonly OverviewKey[]
  readonly day: Day | undefined
  readonly dayError: Error | null
}

/** Four numbers, each of which leads to what it counts. */
export function Figures({ services, keys, day, dayError }: FiguresProps) {
  const on = services.filter(({ is_active }) => is_active).length
  const inUse = keys.filter(({ is_active, role_id }) => is_active && role_id !== null).length
  const ofDay = (count: number | undefined) => (dayError ? '?' : (count?.toLocaleString('en') ?? '…'))
  return (
    <ul className={classes.figures} aria-label="Figures">
      <Figure to="/services" label="Services" value={String(services.length)} note={`${on} switched on`} />
      <Figure to="/keys" label="Keys in use" value={String(inUse)} note={`of ${keys.length}`} />
      <Figure
        to="/call-log"
        label="Calls, last day"
        value={ofDay(day?.calls)}
        note={dayError ? wordsOf(dayError).message : `${ofDay(day?.failed)} failed`}
      />
      <Figure
        to="/call-log"
        search={{ outcome: 'refused' }}
        label="Refusals, last day"
        value={ofDay(day?.refused)}
        note="by roles, limits and keys"
      />
    </ul>
  )
}

interface FigureProps {
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
  readonly label: string
  readonly value: string
  readonly note: string
}

function Figure({ to, search, label, value, note }: FigureProps) {
  return (
    <li>
      <Link to={to} {...(search && { search })} className={classes.figure}>
        <span className={classes.label}>{label}</span>
        <span className={classes.value}>{value}</span>
        <span className={classes.note}>{note}</span>
      </Link>
    </li>
  )
}
