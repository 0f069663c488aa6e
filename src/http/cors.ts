import cors, { type FastifyCorsOptionsDelegate } from '@fastify/cors'
import type { FastifyInstance, onRequestHookHandler } from 'fastify'
import { type CorsRule, corsRuleFor } from './cors-rules.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']
const EXPOSED = [
  'WWW-Authenticate',
  'Retry-After',
  'X-RateLimit-Limit',
  'X-RateLimit-Remaining',
  'X-RateLimit-Reset',
  'X-Request-Id',
  'X-Total-Count',
  'Content-Disposition',
  'ETag',
  'Mcp-Session-Id',
]

/**
 * Lets web pages of these origins call from a browser, and those of the rules for the addresses they name; without any,
 * browsers keep pages of other origins away. A rule that fits an address decides for it.
 */
export async function registerCors(
  app: FastifyInstance,
  allowedOrigins: readonly string[],
  rules: () => readonly CorsRule[] = () => [],
): Promise<void> {
  const everywhere = {
    origin: allowedOrigins.includes('*') ? '*' : [...allowedOrigins],
    methods: METHODS,
    exposedHeaders: EXPOSED,
    maxAge: 600,
  }
  const isOn = () => isCorsOn(allowedOrigins, rules())
  const delegator: FastifyCorsOptionsDelegate = ({ headers, url }, use) => {
    const rule = corsRuleFor(url, rules())
    if (!rule && allowedOrigins.length === 0) return use(null, { origin: false, preflight: false })
    // An OPTIONS that is no preflight is the doors' to answer.
    const preflight = headers['access-control-request-method'] !== undefined
    use(null, { ...(rule ? optionsOf(rule) : everywhere), preflight })
  }
  await new Promise<void>((resolve, reject) =>
    cors(hookedWhile(app, isOn), { delegator }, (error) => (error ? reject(error) : resolve())),
  )
}

/** While there is anybody to let in, answers to others say so, too (`Vary`). */
export function isCorsOn(allowedOrigins: readonly string[], rules: readonly CorsRule[]): boolean {
  return allowedOrigins.length > 0 || rules.length > 0
}

/** The library works for every request, also when there is nobody to let in: its hook is left out meanwhile. */
function hookedWhile(app: FastifyInstance, isOn: () => boolean): FastifyInstance {
  const addHook = (name: 'onRequest', hook: onRequestHookHandler) =>
    app.addHook(name, (request, reply, done) => (isOn() ? hook.call(app, request, reply, done) : done()))
  return Object.create(app, { addHook: { value: addHook } })
}

function optionsOf(rule: CorsRule) {
  const { origins, headers, exposedHeaders, methods, maxAgeSeconds, hasCredentials } = rule
  return {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: [...methods],
    ...(headers.length > 0 && !headers.includes('*') && { allowedHeaders: [...headers] }),
    exposedHeaders: [...EXPOSED, ...exposedHeaders],
    maxAge: maxAgeSeconds,
    credentials: hasCredentials,
  }
}
