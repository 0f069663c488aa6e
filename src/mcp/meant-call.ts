import { CALL_TOOL } from '../core/tool.ts'

interface Named {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
}

/**
 * A call of the tool that calls others is a call of that other tool, with the service that it names: counted, decided, asked about and carried out as
 * such. One that is written wrongly, and any other call, is itself.
 */
export function meantCall(call: Named): Named {
  if (call.name !== CALL_TOOL) return call
  const { name, arguments: given = {}, service, ...others } = call.args
  if (typeof name !== 'string' || !isItem(given) || Object.keys(others).length > 0) return call
  return { name, args: service === undefined ? given : { ...given, service } }
}

function isItem(value: unknown): value is Named['args'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
