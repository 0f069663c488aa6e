import { Compass } from 'lucide-react'
import { EmptyState } from '../parts/empty-state.tsx'
import { Page } from '../parts/page.tsx'
import { TextLink } from '../parts/text-link.tsx'

export function NoSuchPage() {
  return (
    <Page title="Nothing here">
      <EmptyState icon={Compass} title="There is no such page" action={<TextLink to="/">Overview</TextLink>}>
        The address may be mistyped, or what it showed is gone.
      </EmptyState>
    </Page>
  )
}
