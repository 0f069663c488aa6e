import { dateOfUtc } from '../api/moment.ts'

interface MomentProps {
  /** UTC, as the API has it; null for never. */
  readonly value: unknown
  /** In place of nothing. */
  readonly none: string
}

const SHORT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A moment of the API in the time of this place; the whole of it on hovering. */
export function Moment({ value, none }: MomentProps) {
  if (typeof value !== 'string' || value === '') return <span className="quiet">{none}</span>
  const date = dateOfUtc(value)
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {SHORT.format(date)}
    </time>
  )
}
