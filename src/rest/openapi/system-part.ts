import { NAMES, type Part } from './describe-call.ts'
import { SYSTEM, systemCall } from './system-call.ts'
import { systemOpenPaths } from './system-open-paths.ts'
import { type Surroundings, systemResourcePart } from './system-resource-part.ts'
import { systemToolPaths } from './system-tool-paths.ts'

/** Its records are answered as the values they hold. */
const BY_VALUE = 'custom'

/** The system service as the caller may use it, from the definitions of its records. */
export function systemPart(surroundings: Surroundings): Part {
  const { policy, prefix, names, resources } = surroundings
  const ofRecords = resources.filter(({ name, hasAddress }) => hasAddress && name !== BY_VALUE)
  const parts = ofRecords.map((resource) => systemResourcePart(resource, surroundings))
  const root = policy.reaches(SYSTEM)
    ? {
        [`${prefix}/`]: {
          get: systemCall({
            id: names.operation('list', SYSTEM, 'Resources'),
            summary: 'List the kinds of records',
            answer: NAMES,
          }),
        },
      }
    : {}
  return {
    paths: Object.assign(
      { ...root, ...systemOpenPaths(surroundings) },
      ...parts.map(({ paths }) => paths),
      systemToolPaths(surroundings),
    ),
    schemas: Object.assign({}, ...parts.map(({ schemas }) => schemas)),
    tag: { name: SYSTEM, description: 'The records of this instance.' },
  }
}
