import type { Row } from '../../core/database/value.ts'
import type { EmailMessage } from '../../core/email/email.ts'
import { fillTemplate } from '../email/fill-template.ts'
import { ADDRESS_TEMPLATE } from '../email-templates.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemApi } from '../system-api.ts'
import { asHouse } from './account-api.ts'
import { type MailPurpose, mailSettings } from './account-settings.ts'
import { CODE_HOURS, type CodeBook } from './code-book.ts'

export type Account = NonNullable<ReturnType<Snapshot['userByEmail']['get']>>

/** Sends a fresh code to an account's address. Throws `unavailable`. */
export type SendCode = (purpose: MailPurpose, account: Account) => Promise<void>

export function createCodeMail(options: {
  readonly system: Pick<SystemApi, 'get'>
  readonly snapshot: () => Snapshot
  readonly codes: CodeBook
  /** By the service with this id, or the spool folder. */
  readonly send: (serviceId: number | undefined, message: EmailMessage) => Promise<void>
}): SendCode {
  const { system, snapshot, codes, send } = options
  return async (purpose, account) => {
    const settings = mailSettings(snapshot(), account.isAdmin ? 'admin' : 'user', purpose)
    const template =
      settings.template === undefined
        ? { ...ADDRESS_TEMPLATE }
        : await templateNamed(settings.template, system)
    const code = await codes.issue(account)
    const link = linkTo(settings.page, { code, purpose, account })
    const values = valuesFor(account, { code, link, lookups: snapshot().lookups.ofSystem, template })
    await send(settings.serviceId, fillTemplate(template, account.email, values))
  }
}

const TIMEOUT_MS = 30_000

async function templateNamed(name: string, system: Pick<SystemApi, 'get'>): Promise<Row> {
  return await system.get('email_template', name, {}, asHouse(AbortSignal.timeout(TIMEOUT_MS)))
}

/** Later ones win: what the template itself says, lookups, what is known of the account. */
function valuesFor(
  { id, name, username, firstName = name, lastName = '', email }: Account,
  more: {
    readonly code: string
    readonly link: string
    readonly lookups: ReadonlyMap<string, string>
    readonly template: Row
  },
): Map<string, string> {
  const own = { id: String(id), name, username, first_name: firstName, last_name: lastName, email }
  const qualified = Object.entries(own).map(([field, value]): [string, string] => [`user.${field}`, value])
  return new Map([
    ...textsOf(more.template.defaults),
    ...more.lookups,
    ...Object.entries(own),
    ...qualified,
    ['confirm_code', more.code],
    ['code_hours', String(CODE_HOURS)],
    ['link', more.link],
    ['instance_name', 'Sluice'],
  ])
}

function textsOf(defaults: Row[string] | undefined): [string, string][] {
  if (typeof defaults !== 'object' || defaults === null || Array.isArray(defaults)) return []
  return Object.entries(defaults).flatMap(([name, value]): [string, string][] =>
    typeof value === 'object' ? [] : [[name.toLowerCase(), String(value)]],
  )
}

/** Empty where no page is configured: the code alone will do. */
function linkTo(
  page: string | undefined,
  {
    code,
    purpose,
    account,
  }: { readonly code: string; readonly purpose: MailPurpose; readonly account: Account },
): string {
  if (page === undefined) return ''
  const url = new URL(page)
  url.searchParams.set('code', code)
  url.searchParams.set('email', account.email)
  url.searchParams.set('username', account.username)
  if (purpose === 'invite') url.searchParams.set('admin', account.isAdmin ? '1' : '0')
  return url.href
}
