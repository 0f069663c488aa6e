import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import { toAppError } from '../core/errors.ts'
import type { McpDeps, McpSession } from './call-tool.ts'
import type { Catalogue } from './catalogue.ts'
import { errorAnswer } from './error-answer.ts'
import type { AnySession } from './many-session.ts'

/** What whoever speaks may use. Rejects with −32603 when that cannot be computed, because the service does not open. */
export async function catalogueFor(
  { catalogues }: McpDeps,
  session: McpSession,
  signal: AbortSignal,
): Promise<Catalogue> {
  try {
    return await catalogues.of(session.service, await session.caller(), signal)
  } catch (thrown) {
    throw new ProtocolError(ProtocolErrorCode.InternalError, catalogueFailure(thrown, session))
  }
}

/** What to say then. */
export function catalogueFailure(thrown: unknown, session: AnySession): string {
  const error = toAppError(thrown)
  session.report(error)
  return errorAnswer(error, session.service).text
}
