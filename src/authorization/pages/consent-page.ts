import type { Offer, OfferedService } from '../../access/oauth/offers.ts'
import type { Verb } from '../../core/policy.ts'
import { type Html, html } from './html.ts'
import { page } from './layout.ts'
import { leaveForm, type PageForm, problemText } from './sign-in-page.ts'

interface ConsentPage extends PageForm {
  readonly client: ClientShown
  readonly account: string
  readonly offers: readonly Offer[]
  /** What the program asks for; `isChosen` when it is ticked at first. */
  readonly scopes: readonly { readonly scope: string; readonly isChosen: boolean }[]
  readonly problem?: string | undefined
}

export interface ClientShown {
  readonly name: string
  /** Where its document is, or its id: the name is what it says of itself. */
  readonly id: string
  readonly redirectUri: string
}

export function consentPage(shown: ConsentPage): string {
  const { client, account, offers, scopes, action, token, styleUrl, problem } = shown
  const [only] = offers
  return page(
    `Connect ${client.name}?`,
    html`<p>It may then act for you here, for up to 90 days.</p>
<dl>
<dt>Program</dt><dd>${client.name} <span class="note">(as it calls itself)</span></dd>
<dt>Identity</dt><dd><code>${client.id}</code></dd>
<dt>Returns to</dt><dd><code>${placeOf(client.redirectUri)}</code></dd>
<dt>Your account</dt><dd>${account}</dd>
</dl>
${problemText(problem)}
${
  only === undefined
    ? html`<p class="problem" role="alert">Your account has no role for this. An administrator can give it one, in an app.</p>`
    : html`<form method="post" action="${action}/allow">
<input type="hidden" name="token" value="${token}">
<fieldset><legend>Role</legend>
${offers.map((offer) => offerChoice(offer, offer === only))}
</fieldset>
<fieldset><legend>What it may do of that</legend>
${scopes.map(scopeChoice)}
</fieldset>
<div class="buttons"><button class="main" type="submit">Allow</button></div>
</form>`
}
${leaveForm({ action, token })}`,
    styleUrl,
  )
}

function offerChoice({ appId, role, services }: Offer, isChosen: boolean): Html {
  const id = `app-${appId ?? 'none'}`
  const checked = isChosen ? html` checked` : undefined
  return html`<div class="choice"><input type="radio" id="${id}" name="app" value="${appId ?? ''}" aria-describedby="${id}-may"${checked}>
<label for="${id}"><strong>${role}</strong></label></div>
<div id="${id}-may">${
    services.length === 0
      ? html`<p>May do nothing in what the program asks for.</p>`
      : services.map(serviceText)
  }</div>`
}

function serviceText({ service, access }: OfferedService): Html {
  if (!access) return html`<p><code>${service}</code>: everything.</p>`
  const shown = access.slice(0, MOST_LINES)
  return html`<p><code>${service}</code>:</p><ul>
${shown.map(({ component, verbs }) => html`<li>${wordsFor(verbs)} ${thingAt(component)}</li>`)}
${access.length > shown.length ? html`<li>and ${access.length - shown.length} more</li>` : undefined}
</ul>`
}

/** A role of hundreds of rules is not read here. */
const MOST_LINES = 30

function scopeChoice({ scope, isChosen }: { readonly scope: string; readonly isChosen: boolean }): Html {
  const [service = '', level = ''] = scope.split(':')
  const id = `scope-${scope}`
  const checked = isChosen ? html` checked` : undefined
  const where = service === '*' ? html`all services of the role` : html`<code>${service}</code>`
  const what = level === 'read' ? 'Read' : 'Create, change and delete'
  return html`<div class="choice"><input type="checkbox" id="${id}" name="scope" value="${scope}"${checked}>
<label for="${id}">${what} in ${where}</label></div>`
}

const WORDS: Readonly<Record<Verb, string>> = {
  GET: 'read',
  POST: 'create',
  PUT: 'replace',
  PATCH: 'change',
  DELETE: 'delete',
}

function wordsFor(verbs: readonly Verb[]): string {
  return verbs.map((verb) => WORDS[verb]).join(', ')
}

const KINDS: Readonly<Record<string, { readonly one: string; readonly all: string }>> = {
  _table: { one: 'rows of', all: 'rows of all tables' },
  _schema: { one: 'the structure of', all: 'the structure of all tables' },
  _proc: { one: 'procedure', all: 'all procedures' },
  _func: { one: 'function', all: 'all functions' },
  _delete_all: { one: 'all rows at once of', all: 'all rows at once of all tables' },
}

/** `_table/orders/*` → rows of `orders` */
function thingAt(component: string): Html {
  const [group = '', ...rest] = component.replace(/\/?\*$/, '').split('/')
  const kind = KINDS[group]
  if (kind === undefined) return component === '*' ? html`everything` : html`<code>${component || '/'}</code>`
  const name = rest.join('/')
  return name === '' ? html`${kind.all}` : html`${kind.one} <code>${name}</code>`
}

function placeOf(uri: string): string {
  const { protocol, host } = new URL(uri)
  return host === '' ? protocol : `${protocol}//${host}`
}
