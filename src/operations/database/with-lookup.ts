import type { Json } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'

/** `{user.email}` alone in a string stands for the caller's own value; anything else stays text. */
export function withLookup(json: Json, { caller }: Pick<OperationContext, 'caller'>): Json {
  const name =
    typeof json === 'string' && json.startsWith('{') ? /^\{([^{}()\s]+)\}$/.exec(json)?.[1] : undefined
  if (name === undefined) return json
  const value = caller.lookups.get(name.toLowerCase())
  return value === undefined ? json : value
}
