import { html } from './html.ts'
import { page } from './layout.ts'

interface ErrorPage {
  /** Of OAuth: `invalid_request`. */
  readonly code: string
  readonly description?: string | undefined
  readonly styleUrl: string
}

export function errorPage({ code, description, styleUrl }: ErrorPage): string {
  return page(
    'This does not work',
    html`<p>The program that sent you here asked for something that cannot be done. Go back to it and start again.</p>
<dl><dt>Error</dt><dd><code>${code}</code></dd>${description === undefined ? undefined : html`<dt>Reason</dt><dd>${description}</dd>`}</dl>`,
    styleUrl,
  )
}
