import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { EmailAdapter, EmailMessage } from '../../../src/core/email/email.ts'
import { AppError } from '../../../src/core/errors.ts'

/** Messages as files, readable by this user alone: they hold codes. */
export function openSpool(folder: string): EmailAdapter {
  return {
    async check() {
      await prepared(folder)
    },
    async send(message) {
      await prepared(folder)
      const stamp = new Date().toISOString().replace(/[:.]/g, '-')
      try {
        const file = join(folder, `${stamp}-${randomUUID().slice(0, 8)}`)
        await writeFile(`${file}.part`, textOf(message), { mode: 0o600, flag: 'wx' })
        // Whoever collects messages finds them whole.
        await rename(`${file}.part`, `${file}.eml`)
      } catch (cause) {
        throw new AppError('unavailable', 'The message could not be written to the spool folder.', { cause })
      }
    },
  }
}

async function prepared(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await access(folder, constants.W_OK)
  } catch (cause) {
    throw new AppError('unavailable', 'The spool folder cannot be written to.', { cause })
  }
}

// RFC 5322 §2.2, with UTF-8 in the headers: RFC 6532
function textOf({ to, cc = [], bcc = [], from, replyTo, subject, text, html }: EmailMessage): string {
  const isHtml = text === undefined && html !== undefined
  const headers = [
    `Date: ${new Date().toUTCString()}`,
    `From: ${from?.address ?? 'sluice@localhost'}`,
    `To: ${to}`,
    ...(cc.length > 0 ? [`Cc: ${cc.join(', ')}`] : []),
    ...(bcc.length > 0 ? [`Bcc: ${bcc.join(', ')}`] : []),
    ...(replyTo ? [`Reply-To: ${replyTo.address}`] : []),
    `Subject: ${subject}`,
    'MIME-Version: 1.0',
    `Content-Type: text/${isHtml ? 'html' : 'plain'}; charset=utf-8`,
  ]
  return `${headers.map(oneLine).join('\r\n')}\r\n\r\n${text ?? html ?? ''}\r\n`
}

function oneLine(header: string): string {
  return header.replace(/[\r\n]+/g, ' ')
}
