import type { ErrorComponentProps } from '@tanstack/react-router'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { Page } from '../parts/page.tsx'

/** In place of a screen that could not be loaded or shown. */
export function ScreenFailure({ error }: ErrorComponentProps) {
  return (
    <Page title="This page cannot be shown">
      <ErrorPanel error={error} onRetry={() => window.location.reload()} />
    </Page>
  )
}
