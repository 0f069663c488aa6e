import { StatusMark } from '../../parts/status-mark.tsx'
import { TextLink } from '../../parts/text-link.tsx'
import type { Finding } from './findings.ts'
import classes from './overview.module.css'

/** What wants a decision, each with the place where it is made. */
export function ActionList({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0)
    return (
      <p className={classes.calm}>
        <StatusMark status="good">Nothing needs a decision.</StatusMark>
      </p>
    )
  return (
    <ul className={classes.findings} aria-label="Needs action">
      {findings.map(({ key, status, text, link }) => (
        <li key={key} className={classes.finding}>
          <StatusMark status={status}>{text}</StatusMark>
          <TextLink to={link.to} {...(link.search && { search: link.search })}>
            {link.label}
          </TextLink>
        </li>
      ))}
    </ul>
  )
}
