import { listAnswer } from '../answer.ts'
import { unsupportedVerb } from '../unsupported.ts'
import type { SystemHandler } from './system-handler.ts'

/** `system/constant`: there are none, as recorded of the original. */
export const constant: SystemHandler = async (request) => {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  return listAnswer(request, [])
}
