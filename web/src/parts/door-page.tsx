import { Paper, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './door-page.module.css'

interface DoorPageProps {
  readonly title: string
  readonly children: ReactNode
}

/** A page outside of the frame: one small panel in the middle. */
export function DoorPage({ title, children }: DoorPageProps) {
  return (
    <main className={classes.page}>
      <Paper withBorder radius="md" className={classes.panel}>
        <Stack gap="md">
          <img src="/sluice.svg" alt="" width={36} height={36} />
          <Title order={1}>{title}</Title>
          {children}
        </Stack>
      </Paper>
    </main>
  )
}
