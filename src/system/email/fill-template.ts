import type { Row } from '../../core/database/value.ts'
import type { EmailMessage } from '../../core/email/email.ts'

/** A message from a template: `{first_name}` and its like replaced; what is not known stays. HTML gets values as text. */
export function fillTemplate(template: Row, to: string, values: ReadonlyMap<string, string>): EmailMessage {
  const fill = (text: string, shown = (value: string) => value) =>
    text.replace(/\{([\w.]+)\}/g, (whole, name: string) => {
      const value = values.get(name.toLowerCase())
      return value === undefined ? whole : shown(value)
    })
  const text = textOf(template.body_text)
  const html = textOf(template.body_html)
  return {
    to,
    from: mailbox(template.from_email, template.from_name),
    cc: addresses(template.cc, fill),
    bcc: addresses(template.bcc, fill),
    replyTo: mailbox(template.reply_to_email, template.reply_to_name),
    subject: fill(textOf(template.subject) ?? ''),
    text: text === undefined ? undefined : fill(text),
    html: html === undefined ? undefined : fill(html, escapeHtml),
  }
}

function mailbox(address: unknown, name: unknown): EmailMessage['from'] {
  const known = textOf(address)
  return known === undefined ? undefined : { address: known, name: textOf(name) }
}

/** One address, or a list. */
function addresses(value: unknown, fill: (text: string) => string): string[] {
  const listed = Array.isArray(value) ? value : [value]
  return listed.flatMap((one) => {
    const address = fill(textOf(one) ?? '').trim()
    return address === '' ? [] : [address]
  })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
