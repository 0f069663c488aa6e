import { CircleAlert, CircleCheck, CircleDashed, CircleX, type LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './status-mark.module.css'

type Status = 'good' | 'warn' | 'bad' | 'off'

const ICONS: Readonly<Record<Status, LucideIcon>> = {
  good: CircleCheck,
  warn: CircleAlert,
  bad: CircleX,
  off: CircleDashed,
}

interface StatusMarkProps {
  readonly status: Status
  /** Says it in words: colour alone does not. */
  readonly children: ReactNode
}

/** A state, as a sign and in words. */
export function StatusMark({ status, children }: StatusMarkProps) {
  const Icon = ICONS[status]
  return (
    <span className={classes.mark} data-status={status}>
      <Icon size={15} aria-hidden className={classes.icon} />
      <span>{children}</span>
    </span>
  )
}
