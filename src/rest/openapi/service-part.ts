import type { ServiceInfo } from '../../core/service.ts'
import type { UsableService } from '../../operations/database/describe-service.ts'
import { groupOf, ROUTINE_KINDS } from '../../operations/database/routine-access.ts'
import { describeCall, type Part, type Paths } from './describe-call.ts'
import { importPaths } from './import-paths.ts'
import { routinePaths } from './routine-paths.ts'
import { createTablesCall, listingPaths, schemaPaths } from './schema-paths.ts'
import { stepsPath } from './steps-path.ts'
import { type PathContext, tablePaths } from './table-paths.ts'
import { nameTableSchemas, tableSchemas } from './table-schemas.ts'

type Surroundings = Omit<PathContext, 'tag' | 'service'> & {
  /** May read the service's own document. */
  readonly hasSpec: boolean
}

/** A database service as the caller may use it. */
export function servicePart(info: ServiceInfo, usable: UsableService, surroundings: Surroundings): Part {
  const context: PathContext = { ...surroundings, service: info.name, tag: info.name }
  const { tables, routines } = usable
  const kinds = ROUTINE_KINDS.filter((kind) => context.capabilities.has(`${kind}s`))
  const named = new Map(
    tables.map((table) => [table.name, nameTableSchemas(info.name, table, context.names)] as const),
  )
  const paths: Paths = listingPaths(['_table', '_schema', ...kinds.map(groupOf)], context)
  const schemas: Part['schemas'][] = []
  const listing = `${context.prefix}/_schema`
  if (usable.canCreate) paths[listing] = { ...paths[listing], post: createTablesCall(context) }
  for (const table of tables) {
    const own = named.get(table.name)
    if (!own) continue
    Object.assign(paths, tablePaths(table, own, context), schemaPaths(table, context))
    schemas.push(tableSchemas(table, own, named))
  }
  return {
    paths: {
      ...paths,
      ...(tables.some(({ verbs }) => verbs.some((verb) => verb !== 'GET')) && stepsPath(context)),
      ...importPaths(
        tables.filter(({ verbs, isView }) => verbs.includes('POST') && !isView).map(({ name }) => name),
        context,
      ),
      ...routinePaths(routines, context),
      ...(surroundings.hasSpec && specPath(context)),
    },
    schemas: Object.assign({}, ...schemas),
    tag: { name: info.name, description: info.description || info.label },
  }
}

function specPath({ names, prefix, service, tag }: PathContext): Paths {
  return {
    [`${prefix}/_spec`]: {
      get: describeCall({
        id: names.operation('get', service, 'Spec'),
        tag,
        summary: 'This document',
        answer: { type: 'object', required: ['openapi', 'info'] },
      }),
    },
  }
}
