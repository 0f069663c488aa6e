import type { EmailAdapter } from '../../../src/core/email/email.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { SmtpConfig } from './service-type.ts'

const TIMEOUT_MS = 20_000

/** One connection a message: they are few. */
export function openSmtp({ host, port, encryption, username, password, from }: SmtpConfig): EmailAdapter {
  return {
    async send(message) {
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
        const sender = message.from ?? { address: from ?? `sluice@${host}`, name: 'Sluice' }
        await transport.sendMail({
          to: message.to,
          from: { address: sender.address, name: sender.name ?? '' },
          ...(message.replyTo && {
            replyTo: { address: message.replyTo.address, name: message.replyTo.name ?? '' },
          }),
          subject: message.subject,
          ...(message.text !== undefined && { text: message.text }),
          ...(message.html !== undefined && { html: message.html }),
        })
      } catch (cause) {
        throw new AppError('unavailable', 'The mail server did not take the message.', { cause })
      } finally {
        transport.close()
      }
    },
  }
}
