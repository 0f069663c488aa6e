import { toJsonText } from '../core/exact-json.ts'
import { leaveOut } from '../core/leave-out.ts'
import { runSteps } from '../operations/database/steps/run-steps.ts'
import { listAnswer } from './answer.ts'
import { isObject } from './body.ts'
import { requireNoMatch } from './conditions.ts'
import { consentOptions } from './record-input.ts'
import { refuseEnding } from './refuse-options.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { unsupportedVerb } from './unsupported.ts'

/** `_batch`: several operations on records, all of them or nothing. */
export async function batchSteps(request: RestRequest, { run }: RestContext): Promise<string> {
  if (request.verb !== 'POST') throw unsupportedVerb(request)
  requireNoMatch(request)
  refuseEnding(
    { query: request.query, body: undefined },
    ['continue'],
    'Steps are carried out all or not at all.',
  )
  const { body } = request
  const given = isObject(body) ? leaveOut(body, ['dry_run', 'confirmation']) : { steps: body }
  const { steps, preview } = await run(runSteps, { ...given, ...consentOptions(request) })
  return preview ? toJsonText({ dry_run: true, ...preview, steps }) : listAnswer(request, steps)
}
