import { Stack } from '@mantine/core'
import { ChevronRight } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import classes from './form-section.module.css'

interface FormSectionProps {
  /** Absent: always open, and without a line of its own. */
  readonly title: string | undefined
  /** Then it is open. */
  readonly hasProblem: boolean
  readonly children: ReactNode
}

/** Fields that belong together. */
export function FormSection({ title, hasProblem, children }: FormSectionProps) {
  const [isOpen, setOpen] = useState(false)
  const fields = <Stack gap="md">{children}</Stack>
  if (title === undefined) return fields
  return (
    <details
      open={isOpen || hasProblem}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className={classes.section}
    >
      <summary className={classes.title}>
        <ChevronRight size={16} aria-hidden className={classes.sign} />
        {title}
      </summary>
      <div className={classes.fields}>{fields}</div>
    </details>
  )
}
