import { Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './page.module.css'

interface PageProps {
  readonly title: ReactNode
  /** One sentence: what this place is for. */
  readonly lead?: ReactNode
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
  /** The whole width and height of the window, for grids and diagrams. */
  readonly isWide?: boolean
}

/** What every screen stands in: its title, a sentence, its actions. */
export function Page({ title, lead, actions, children, isWide = false }: PageProps) {
  return (
    <div className={isWide ? classes.wide : classes.page}>
      <header className={classes.head}>
        <div className={classes.words}>
          <Title order={1}>{title}</Title>
          {lead !== undefined && (
            <Text c="dimmed" size="sm" mt={2}>
              {lead}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
