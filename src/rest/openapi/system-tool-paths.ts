import { type AccessPolicy, UNRESTRICTED } from '../../core/policy.ts'
import { inPath, type Paths } from './describe-call.ts'
import type { DocumentNames } from './document-names.ts'
import { TEXT } from './json-schema.ts'
import { SYSTEM, systemCall } from './system-call.ts'
import { SYSTEM_TOOL_CALLS } from './system-tool-calls.ts'

/** What the caller may call of the system service besides records. */
export function systemToolPaths(surroundings: {
  readonly policy: AccessPolicy
  readonly names: DocumentNames
  readonly prefix: string
}): Paths {
  const { policy, names, prefix } = surroundings
  const paths: Paths = {}
  for (const { path, verb, parameters = [], isForAll, ...rest } of SYSTEM_TOOL_CALLS) {
    if (isForAll && policy.key !== UNRESTRICTED.key) continue
    if (!policy.decide(SYSTEM, path.replaceAll(/\{\w+\}/g, '\u0000'), verb).allowed) continue
    const inPaths = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => inPath(name, TEXT))
    const words = path.split(/\W+/).filter(Boolean)
    paths[`${prefix}/${path}`] = {
      ...paths[`${prefix}/${path}`],
      [verb.toLowerCase()]: systemCall({
        id: names.operation(verb.toLowerCase(), SYSTEM, ...words),
        parameters: [...inPaths, ...parameters],
        ...rest,
      }),
    }
  }
  return paths
}
