import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import classes from './text-link.module.css'

interface TextLinkProps {
  /** An address of the console: `/services/demo`. */
  readonly to: string
  readonly search?: Readonly<Record<string, string>>
  readonly children: ReactNode
}

/** A link to another screen. */
export function TextLink({ to, search, children }: TextLinkProps) {
  return (
    <Link to={to} {...(search && { search })} className={classes.link}>
      {children}
    </Link>
  )
}
