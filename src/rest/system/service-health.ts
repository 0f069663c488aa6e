import { toAppError } from '../../core/errors.ts'
import { unsupportedVerb } from '../unsupported.ts'
import type { SystemHandler } from './system-handler.ts'

/** Why a service does not answer; anything else is an error of the request. */
const DOWN: ReadonlySet<string> = new Set(['unavailable', 'timeout'])

/**
 * `GET system/service/{id or name}/health`: asks the database something, now. `state` is `up`, `down` with the reason, `off` for
 * one that is switched off, and `unknown` for services that are no database.
 */
export const serviceHealth: SystemHandler = async (request, { caller, signal, deps }) => {
  const [, identifier = '', , ...rest] = request.path
  if (request.verb !== 'GET' || rest.length > 0) throw unsupportedVerb(request)
  const asked = { caller, signal }
  const { name, is_active } = await deps.system.get(
    'service',
    identifier,
    { fields: ['name', 'is_active'] },
    asked,
  )
  const answer = (state: string, more: object = {}) => JSON.stringify({ name, state, ...more })
  if (is_active !== true) return answer('off')
  const info = deps.services.find(String(name))
  if (!info) return answer('unknown')
  const startedMs = performance.now()
  try {
    const { adapter } = await deps.services.open(info.name, signal)
    await adapter.ping({ signal })
    return answer('up', { duration_ms: Math.round((performance.now() - startedMs) * 10) / 10 })
  } catch (thrown) {
    const { code, message, hint } = toAppError(thrown)
    if (!DOWN.has(code)) throw thrown
    return answer('down', { message, ...(hint !== undefined && { hint }) })
  }
}
