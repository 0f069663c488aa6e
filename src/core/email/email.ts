import type { z } from 'zod'

interface Mailbox {
  readonly address: string
  readonly name?: string | undefined
}

/** One message to one person, and copies of it. */
export interface EmailMessage {
  readonly to: string
  readonly from?: Mailbox | undefined
  readonly cc?: readonly string[] | undefined
  readonly bcc?: readonly string[] | undefined
  readonly replyTo?: Mailbox | undefined
  readonly subject: string
  readonly text?: string | undefined
  readonly html?: string | undefined
}

/** The port for e-mail. */
export interface EmailAdapter {
  /** Resolves when the message was taken over by the next one to carry it. Throws `unavailable`, without names of hosts. */
  send(message: EmailMessage): Promise<void>
  /** Finds out whether a message would be taken over, without sending one. Throws `unavailable` with the reason in plain words. */
  check(): Promise<void>
}

/** A way to send e-mail. Importing it loads no driver. */
export interface EmailType<C = unknown> {
  /** As the wire names it: `smtp_email`. */
  readonly name: string
  readonly label: string
  readonly description: string
  readonly group: 'Email'
  readonly isSingleton?: true
  readonly config: z.ZodType<C>
  /** `spoolDir`: where messages lie that nobody carries. */
  open(config: C, context: { readonly spoolDir: string }): EmailAdapter
}

export function defineEmailType<C>(type: EmailType<C>): EmailType<C> {
  return type
}
