import { z } from 'zod'
import { defineEmailType } from '../../../src/core/email/email.ts'
import { openSmtp } from './open.ts'

const config = z.strictObject({
  host: z.string().min(1).describe('Name or address of the mail server.'),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .default(587)
    .describe('587 with STARTTLS, 465 with TLS from the start, 25.'),
  encryption: z
    .enum(['starttls', 'tls', 'none'])
    .default('starttls')
    .describe('starttls and tls refuse a server that cannot; none sends in the clear.'),
  username: z.string().optional().describe('Where the server asks for one.'),
  password: z.string().optional().describe('Of the user.').meta({ secret: true }),
  from: z.email().optional().describe('Sender of messages whose template names none.'),
})

export type SmtpConfig = z.infer<typeof config>

export const smtpEmail = defineEmailType({
  name: 'smtp_email',
  label: 'SMTP',
  description: 'Sends e-mail by a mail server.',
  group: 'Email',
  config,
  open: openSmtp,
})
