import { z } from 'zod'
import type { Json } from '../../core/database/value.ts'
import { json, optionalText, text } from '../field-rules.ts'
import { requireTemplateRight } from '../rights/code-mail-right.ts'
import { type Column, defineSystemResource } from '../system-resource.ts'

const line: Column = { type: 'string', length: 255, allowNull: true }
const long: Column = { type: 'text', allowNull: true }

/** One address, several with commas, or a list. */
const addresses = z
  .union([z.string().max(4_000), z.array(z.string().max(255)).max(100)])
  .nullable()
  .transform((value) => (Array.isArray(value) ? value.join(', ') : value))
  .refine((value) => value === null || value.split(',').every(mayBeAddress), {
    error: 'The field must be e-mail addresses, or lookups that become some.',
  })
  .transform((value): Json => value)

function mayBeAddress(part: string): boolean {
  return part.trim() === '' || /\S@\S|\{.+\}/.test(part)
}

/** Messages carry none. */
const noAttachment = z
  .union([z.null(), z.literal(''), z.array(z.never()).max(0)], {
    error: 'The attachment field must be empty: messages carry no attachments in this version.',
  })
  .transform((): Json => null)

export const emailTemplate = defineSystemResource({
  name: 'email_template',
  description: 'A message that the server sends, with lookups in it.',
  columns: {
    name: { type: 'string', length: 64 },
    description: line,
    to: long,
    cc: long,
    bcc: long,
    subject: { type: 'string', length: 80, allowNull: true },
    attachment: long,
    body_text: long,
    body_html: long,
    from_name: line,
    from_email: line,
    reply_to_name: line,
    reply_to_email: line,
    defaults: { type: 'json', allowNull: true },
  },
  unique: ['name'],
  opaque: ['defaults'],
  accepts: {
    name: text(64),
    description: optionalText(255),
    to: addresses,
    cc: addresses,
    bcc: addresses,
    subject: optionalText(80),
    attachment: noAttachment,
    body_text: optionalText(1_000_000),
    body_html: optionalText(1_000_000),
    from_name: optionalText(255),
    from_email: optionalText(255),
    reply_to_name: optionalText(255),
    reply_to_email: optionalText(255),
    defaults: json,
  },
  required: ['name'],
  async toColumns(given, context) {
    await requireTemplateRight(given, context)
    return given
  },
  beforeDelete: (_stored, context) => requireTemplateRight(undefined, context),
  shows: Object.fromEntries(
    ['to', 'cc', 'bcc', 'attachment'].map((field) => [
      field,
      { needs: [], show: (row) => severalOf(row[field]) },
    ]),
  ),
})

/** Several are a list on the wire. */
function severalOf(value: Json | undefined): Json {
  if (typeof value !== 'string' || !value.includes(',')) return value ?? null
  return value.split(',').map((part) => part.trim())
}
