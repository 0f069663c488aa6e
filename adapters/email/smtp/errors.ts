import { AppError } from '../../../src/core/errors.ts'

/** By the code of nodemailer's error; RFC 5321 §4.2 for what the server said. */
const REASONS: Readonly<Record<string, string>> = {
  EAUTH: 'The mail server did not accept the user name and password.',
  ENOAUTH: 'The mail server asks for a user name and password.',
  EDNS: 'The name of the mail server was not found.',
  ECONNECTION: 'The mail server could not be reached.',
  ESOCKET: 'The mail server could not be reached.',
  ETIMEDOUT: 'The mail server did not answer in time.',
  ETLS: 'The mail server does not encrypt as it is asked to.',
  EPROTOCOL: 'What answers there does not speak SMTP.',
  EENVELOPE: 'The mail server does not take messages from or to such addresses.',
  EMESSAGE: 'The mail server did not take the text of the message.',
}

/** A connection that is refused by its certificate comes with a code of the socket. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/

export function smtpError(cause: unknown): AppError {
  const code: unknown = Reflect.get(Object(cause), 'code')
  const message = CERTIFICATE.test(String(code) + messageOf(cause))
    ? 'The certificate of the mail server is not trusted.'
    : (REASONS[String(code)] ?? 'The mail server did not take the message.')
  return new AppError('unavailable', message, { cause })
}

/** The socket's own code is only in the text of nodemailer's error. */
function messageOf(cause: unknown): string {
  return cause instanceof Error && /certificate/i.test(cause.message) ? 'CERT' : ''
}
