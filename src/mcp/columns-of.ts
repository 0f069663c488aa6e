import { AppError } from '../core/errors.ts'
import { listFields } from '../operations/database/list-fields.ts'
import type { McpDeps, McpSession } from './call-tool.ts'

interface TableOfCaller {
  readonly table: string
  readonly signal: AbortSignal
}

/** Names of the columns that the caller may see; none of a table that it may not. */
export async function columnsOf(
  { execute, services }: McpDeps,
  session: McpSession,
  { table, signal }: TableOfCaller,
): Promise<readonly string[]> {
  const caller = await session.caller()
  const request = { service: session.service, input: { table_name: table }, caller, services, signal }
  try {
    const { fields } = await execute(listFields, request)
    return fields.map(({ alias, name }) => alias ?? name)
  } catch (thrown) {
    if (thrown instanceof AppError && (thrown.code === 'not_found' || thrown.code === 'forbidden')) return []
    throw thrown
  }
}
