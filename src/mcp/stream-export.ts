import { Readable } from 'node:stream'
import type { McpDeps } from './call-tool.ts'
import { openExport } from './exports.ts'
import { serverStamp } from './fast-answer.ts'
import type { PlainRequest } from './fast-path.ts'
import { type AnySession, sessionAtAddress } from './many-session.ts'
import { READ_CACHE } from './sdk-server.ts'

/**
 * The answer to `resources/read` of an export, written as its rows are read: memory stays flat however many they are. Undefined when there is
 * nothing to write, for whatever reason; the SDK then tells it. An error on the way breaks the answer off.
 */
export async function streamExport(
  deps: McpDeps,
  from: AnySession,
  { id, era, read = '' }: PlainRequest,
  signal: AbortSignal,
): Promise<Readable | undefined> {
  const session = await sessionAtAddress(deps.services, from, read)
  const opened = session && (await openExport(deps, session, read, signal))
  if (!opened) return undefined
  const { mimeType, parts } = opened
  const first = await parts.next().catch(() => undefined)
  if (!first) return undefined
  const content = JSON.stringify({ uri: read, mimeType, text: '' }).slice(0, -2)
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{"contents":[${content}`
  const tail =
    era === 'modern'
      ? `,"ttlMs":${READ_CACHE.ttlMs},"cacheScope":"${READ_CACHE.cacheScope}"${serverStamp(deps)}`
      : ''
  return Readable.from(written(), { objectMode: false })

  async function* written(): AsyncGenerator<string> {
    yield head
    if (first && !first.done) yield escaped(first.value)
    for await (const part of parts) yield escaped(part)
    yield `"}]${tail}}}`
  }
}

/** As it stands inside the quotes of JSON. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}
