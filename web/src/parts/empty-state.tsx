import { Stack, Text, Title } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

interface EmptyStateProps {
  readonly icon: LucideIcon
  /** What there is none of. */
  readonly title: string
  /** What it is for, and what to do next. */
  readonly children: ReactNode
  /** A button or link that does it. */
  readonly action?: ReactNode
}

/** In place of a list that has nothing in it. */
export function EmptyState({ icon: Icon, title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <Stack gap={8} align="center">
        <Icon size={28} strokeWidth={1.5} aria-hidden className={classes.icon} />
        <Title order={2}>{title}</Title>
        <Text c="dimmed" size="sm" ta="center" maw={460}>
          {children}
        </Text>
        {action}
      </Stack>
    </div>
  )
}
