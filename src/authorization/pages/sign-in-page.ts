import { type Html, html } from './html.ts'
import { page } from './layout.ts'

export interface PageForm {
  /** Where its forms go. */
  readonly action: string
  readonly token: string
  readonly styleUrl: string
}

interface SignInPage extends PageForm {
  readonly client: string
  readonly email?: string | undefined
  readonly problem?: string | undefined
}

export function signInPage({ action, token, styleUrl, client, email = '', problem }: SignInPage): string {
  return page(
    'Sign in',
    html`<p>to connect <strong>${client}</strong> to this server.</p>
${problemText(problem)}
<form method="post" action="${action}/sign-in">
<input type="hidden" name="token" value="${token}">
<label class="field" for="email">E-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" required value="${email}">
<label class="field" for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<div class="buttons"><button class="main" type="submit">Sign in</button></div>
</form>
${leaveForm({ action, token })}`,
    styleUrl,
  )
}

export function problemText(problem: string | undefined): Html | undefined {
  return problem === undefined ? undefined : html`<p class="problem" role="alert">${problem}</p>`
}

/** Back to the program, with a no. */
export function leaveForm({ action, token }: Pick<PageForm, 'action' | 'token'>): Html {
  return html`<form method="post" action="${action}/refuse">
<input type="hidden" name="token" value="${token}">
<div class="buttons"><button type="submit">Cancel</button></div>
</form>`
}
