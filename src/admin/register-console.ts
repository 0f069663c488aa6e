import { readFile } from 'node:fs/promises'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { codingOf } from '../http/coding.ts'
import { CODINGS, type ConsoleFile, type ConsoleFiles } from './console-files.ts'

/** Only what this server sends: no inline script or style, no other host, no frame, no form that leaves the page. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

const PAGE = '/index.html'

/**
 * The console at `/`: its files, and its page for every other address that a browser opens and that belongs to no door. Call it
 * before the doors are registered: it learns from them what is theirs.
 */
export function registerConsole(app: FastifyInstance, files: ConsoleFiles): void {
  const page = files.get(PAGE)
  const taken = new Set(DOORS)
  app.addHook('onRoute', ({ url }) => {
    taken.add(firstSegment(url))
  })
  for (const [address, file] of files) {
    if (address !== PAGE) app.get(address, (request, reply) => send(file, request, reply))
  }
  if (!page) return
  app.get('/', (request, reply) => send(page, request, reply))
  app.get('/*', (request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/'
    if (taken.has(firstSegment(path)) || !isOpenedByBrowser(request)) return reply.callNotFound()
    return send(page, request, reply)
  })
}

/** Also where a door is closed. */
const DOORS: readonly string[] = ['api', 'mcp', 'docs', 'oauth', '.well-known', 'health', 'ready']

/** `/api/*` → `api` */
function firstSegment(path: string): string {
  const segment = path.split('/')[1] ?? ''
  return segment.startsWith('*') || segment.startsWith(':') ? '' : segment.toLowerCase()
}

/** Programs are told that there is nothing. */
function isOpenedByBrowser({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') === true
}

async function send(file: ConsoleFile, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const wanted = codingOf(request.headers['accept-encoding'])
  const coding = file.codings.find((one) => one === wanted)
  const ending = CODINGS.find((one) => one.coding === coding)?.ending ?? ''
  if (coding !== undefined) reply.header('content-encoding', coding)
  return reply
    .header('vary', 'accept-encoding')
    .header('content-security-policy', CONTENT_SECURITY_POLICY)
    .header('cache-control', file.isForEver ? 'public, max-age=31536000, immutable' : 'no-cache')
    .header('content-type', file.contentType)
    .send(await readFile(file.path + ending))
}
