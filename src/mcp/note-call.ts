import type { Caller } from '../core/caller.ts'
import { AppError } from '../core/errors.ts'
import type { ToolAnswer } from './answer.ts'
import type { McpDeps, McpSession, ToolCall } from './call-tool.ts'

/** A call while it runs. */
export interface NotedCall {
  caller: Caller | undefined
  rows: number | undefined
  /** Undefined: there was no such tool. */
  end(answer: ToolAnswer | undefined, error?: AppError): void
}

/** A token of text, in characters, about. */
const TOKEN_LENGTH = 4

/** Notes a call when it ends, if anybody wants to know. */
export function noteOf({ calls }: McpDeps, session: McpSession, { name, args }: ToolCall): NotedCall {
  const startedMs = performance.now()
  const { table_name: table } = args
  return {
    caller: undefined,
    rows: undefined,
    end(answer, error = answer ? undefined : noSuchTool()) {
      calls?.note({
        door: calls.door,
        at: Date.now(),
        ms: performance.now() - startedMs,
        caller: this.caller,
        service: session.service,
        operation: name,
        resource: typeof table === 'string' ? `_table/${table}` : undefined,
        error,
        rows: this.rows,
        bytes: answer && lengthOf(answer) + (answer.json?.length ?? 0),
        tokens: answer && Math.ceil(lengthOf(answer) / TOKEN_LENGTH),
        requestId: session.requestId,
      })
    },
  }
}

/** Of the text, in characters: as it is sent, where it was never anything else. */
function lengthOf(answer: ToolAnswer): number {
  return answer.textInJson === undefined ? answer.text.length : answer.textInJson.length - QUOTES
}

const QUOTES = 2

function noSuchTool(): AppError {
  return new AppError('not_found', 'There is no such tool for this caller.')
}
