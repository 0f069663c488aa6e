import type { Transporter } from 'nodemailer'
import type { EmailAdapter } from '../../../src/core/email/email.ts'
import { smtpError } from './errors.ts'
import type { SmtpConfig } from './service-type.ts'

const TIMEOUT_MS = 20_000

/** One connection a message: they are few. */
export function openSmtp(config: SmtpConfig): EmailAdapter {
  return {
    async send(message) {
      const sender = message.from ?? { address: config.from ?? `sluice@${config.host}`, name: 'Sluice' }
      await withTransport(config, async (transport) => {
        await transport.sendMail({
          to: message.to,
          from: { address: sender.address, name: sender.name ?? '' },
          ...(message.cc && { cc: [...message.cc] }),
          ...(message.bcc && { bcc: [...message.bcc] }),
          ...(message.replyTo && {
            replyTo: { address: message.replyTo.address, name: message.replyTo.name ?? '' },
          }),
          subject: message.subject,
          ...(message.text !== undefined && { text: message.text }),
          ...(message.html !== undefined && { html: message.html }),
        })
      })
    },
    async check() {
      await withTransport(config, async (transport) => {
        await transport.verify()
      })
    },
  }
}

async function withTransport(
  { host, port, encryption, username, password }: SmtpConfig,
  work: (transport: Transporter) => Promise<void>,
): Promise<void> {
  const { createTransport } = await import('nodemailer')
  const transport = createTransport({
    host,
    port,
    secure: encryption === 'tls',
    requireTLS: encryption === 'starttls',
    ignoreTLS: encryption === 'none',
    ...(username !== undefined && { auth: { user: username, pass: password ?? '' } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  try {
    await work(transport)
  } catch (cause) {
    throw smtpError(cause)
  } finally {
    transport.close()
  }
}
