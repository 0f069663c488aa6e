import { createHash } from 'node:crypto'
import type { ServerEvent } from '@modelcontextprotocol/server'
import { AppError } from '../core/errors.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import type { Catalogue } from './catalogue.ts'
import type { AnySession, ManySession } from './many-session.ts'
import { promptsOf } from './prompts.ts'
import { callOfUri, resourcesOf } from './resources.ts'
import { readResource } from './sdk-resources.ts'
import type { WatchedUris } from './subscription.ts'

/** What one caller sees of one service or of all, looked at anew whenever something may have changed. */
export interface Watch {
  /** Resolves when it is known how things are now: what changes from here on is told. */
  readonly ready: Promise<void>
  /** Whoever is told of changes from now on; the answer ends it. */
  listen(told: (event: ServerEvent) => void): () => void
  stop(): void
}

interface WatchOptions {
  readonly watched: WatchedUris
  /** The caller may no longer speak. */
  onEnd(): void
}

const LOOK_MS = 60_000

interface Seen {
  readonly tools: string
  readonly prompts: string
  readonly resources: string
  /** What the watched resources hold, by address; undefined for those that cannot be read. */
  readonly contents: ReadonlyMap<string, string | undefined>
}

/**
 * Compares what the caller would be shown before and after, so that it hears of its own changes and of nobody else's. The caller is
 * found out anew each time.
 */
export function watchChanges(deps: McpDeps, session: AnySession, { watched, onEnd }: WatchOptions): Watch {
  const listeners = new Set<(event: ServerEvent) => void>()
  const aborter = new AbortController()
  const { signal } = aborter
  let seen: Seen | undefined
  let running: Promise<void> = Promise.resolve()
  let next: Promise<void> | undefined

  const look = async () => {
    next = undefined
    if (signal.aborted) return
    const now = await seenNow(deps, session, { watched: watched.uris, signal })
    if (now === undefined || signal.aborted) return
    if (now === 'ended') return onEnd()
    const events = seen ? eventsBetween(seen, now) : []
    seen = now
    for (const event of events) for (const tell of listeners) tell(event)
  }
  /** One look at a time; who asks during one gets the one after. */
  const lookSoon = (): Promise<void> => {
    next ??= running.then(() => {
      running = look()
      return running
    })
    return next
  }
  const unlisten = deps.changes.listen(() => void lookSoon())
  // A token that runs out changes nothing: nobody says so.
  const looking = setInterval(() => void lookSoon(), LOOK_MS).unref()
  watched.added = lookSoon
  return {
    ready: lookSoon(),
    listen(told) {
      listeners.add(told)
      return () => listeners.delete(told)
    },
    stop() {
      unlisten()
      clearInterval(looking)
      aborter.abort()
    },
  }
}

interface Looking {
  readonly watched: ReadonlySet<string>
  readonly signal: AbortSignal
}

/** Undefined while the service does not answer: then nothing is known to have changed. */
async function seenNow(
  deps: McpDeps,
  before: AnySession,
  { watched, signal }: Looking,
): Promise<Seen | 'ended' | undefined> {
  try {
    const session = await before.renewed()
    if (session.service === undefined) return await allSeen(deps, session, signal)
    const catalogue = await deps.catalogues.of(session.service, await session.caller(), signal)
    const resources = resourcesOf(catalogue, session.service).map(({ uri }) => uri)
    const contents = new Map<string, string | undefined>()
    for (const uri of watched) {
      const tool = callOfUri(uri, session.service, catalogue.tools)?.tool
      const isRows = tool !== undefined && 'scope' in tool && tool.scope === 'tables'
      if (!isRows) contents.set(uri, await contentOf(deps, session, { uri, signal }))
    }
    const prompts = promptsOf(catalogue).map(({ name }) => name)
    return { tools: toldBy(catalogue), prompts: prompts.join(), resources: resources.join('\n'), contents }
  } catch (thrown) {
    return isRefusal(thrown) ? 'ended' : undefined
  }
}

/** Of all services: single resources are watched at theirs. */
async function allSeen({ many }: McpDeps, session: ManySession, signal: AbortSignal): Promise<Seen> {
  const caller = await session.caller()
  const parts = await many.each(caller, signal)
  const resources = parts.flatMap(({ service, catalogue }) =>
    resourcesOf(catalogue, service).map(({ uri }) => uri),
  )
  return {
    tools: parts.map(({ service, catalogue }) => `${service} ${toldBy(catalogue)}`).join('\n'),
    prompts: parts
      .map(({ service, catalogue }) => [service, ...promptsOf(catalogue).map(({ name }) => name)].join())
      .join('\n'),
    resources: resources.join('\n'),
    contents: new Map(),
  }
}

/** Changes with the list, and with what is told of tools that it has no room for. */
function toldBy({ json, told }: Catalogue): string {
  return createHash('sha256').update(json).update(JSON.stringify(told)).digest('base64')
}

async function contentOf(
  deps: McpDeps,
  session: McpSession,
  { uri, signal }: { readonly uri: string; readonly signal: AbortSignal },
): Promise<string | undefined> {
  try {
    return JSON.stringify(await readResource(deps, { ...session, isCounted: true }, uri, signal))
  } catch {
    return undefined
  }
}

function eventsBetween(before: Seen, now: Seen): ServerEvent[] {
  const events: ServerEvent[] = []
  if (before.tools !== now.tools) events.push({ kind: 'tools_list_changed' })
  if (before.prompts !== now.prompts) events.push({ kind: 'prompts_list_changed' })
  if (before.resources !== now.resources) events.push({ kind: 'resources_list_changed' })
  for (const [uri, content] of now.contents)
    if (before.contents.has(uri) && before.contents.get(uri) !== content)
      events.push({ kind: 'resource_updated', uri })
  return events
}

const REFUSALS: readonly string[] = ['unauthenticated', 'forbidden', 'not_found']

function isRefusal(thrown: unknown): boolean {
  return thrown instanceof AppError && REFUSALS.includes(thrown.code)
}
