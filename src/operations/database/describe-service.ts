import { z } from 'zod'
import type { Routine, RoutineKind } from '../../core/database/query.ts'
import type { DatabaseSchema, Field, Relation, Table } from '../../core/database/schema.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import type { Verb } from '../../core/policy.ts'
import { VERBS } from '../../core/policy.ts'
import { isReadable } from './asked-relations.ts'
import { isElsewhere, relationName, visibleRelations } from './relations.ts'
import { callableRoutines, ROUTINE_KINDS, verbsOnRoutine } from './routine-access.ts'
import { canReadSchema, loadSchema, tableResource, verbsOn, visibleTables } from './table-access.ts'

const input = z.strictObject({ refresh: z.boolean().optional() })

/** A table as far as a caller may know it. */
export interface UsableTable {
  readonly name: string
  readonly isView: boolean
  readonly description?: string
  /** Verbs on its records. */
  readonly verbs: readonly Verb[]
  /** Verbs on one record by its key. */
  readonly recordVerbs: readonly Verb[]
  /** Absent for callers who may not read its schema: they are not told what is in it. */
  readonly schema?: {
    readonly fields: readonly Field[]
    readonly primaryKey: readonly string[]
    /** Verbs on the schema itself. */
    readonly verbs: readonly Verb[]
    readonly relations: readonly (Pick<Relation, 'name' | 'type' | 'refTable'> & {
      /** The records at its other end may be read along. */
      readonly isReadable: boolean
      /** They are in another service, whose document describes them. */
      readonly isElsewhere: boolean
    })[]
  }
}

export interface UsableRoutine extends Omit<Routine, 'key'> {
  readonly verbs: readonly Verb[]
}

/** Everything of a service that a caller may use. */
export interface UsableService {
  /** Changes whenever the catalogue behind it does. */
  readonly version: string
  readonly tables: readonly UsableTable[]
  /** Whether the caller may make any table. */
  readonly canCreate: boolean
  readonly routines: readonly UsableRoutine[]
}

/** What the documents of a service are made of. Nothing in it names what is hidden from the caller. */
export const describeService = defineOperation<z.infer<typeof input>, UsableService>({
  name: 'describe_service',
  kind: 'database',
  verb: 'GET',
  needs: ['schema.read'],
  input,
  resource: () => '',
  filtersItself: true,
  async run({ refresh }, context) {
    const { service, signal } = context
    const schema = await loadSchema(context, refresh)
    const kinds = ROUTINE_KINDS.filter((kind) => service.adapter.capabilities.has(`${kind}s`))
    const routines = await Promise.all(kinds.map((kind) => service.routines(kind, { signal })))
    return {
      version: [schema, ...routines].map(({ version }) => version).join(':'),
      canCreate: mayCreate(context),
      tables: visibleTables(schema, context).map((table) => usableTable(schema, table, context)),
      routines: kinds.flatMap((kind, index) => {
        const known = routines[index]
        return known ? usableRoutines(kind, known, context) : []
      }),
    }
  },
})

/** A table that no rule names. */
function mayCreate({ caller, service }: OperationContext): boolean {
  const { capabilities } = service.adapter
  const resource = tableResource('_schema', '\u0000')
  return capabilities.has('schema.write') && caller.policy.decide(service.info.name, resource, 'POST').allowed
}

function usableTable(schema: DatabaseSchema, table: Table, context: OperationContext): UsableTable {
  const { caller, service } = context
  const decide = (resource: string) =>
    VERBS.filter((verb) => caller.policy.decide(service.info.name, resource, verb).allowed)
  const isKnown = canReadSchema(caller.policy, service.info.name, table.name)
  return {
    name: table.name,
    isView: table.isView,
    ...(isKnown && table.description !== undefined && { description: table.description }),
    verbs: verbsOn(caller.policy, service.info.name, table.name),
    // Of a key that no rule names.
    recordVerbs: decide(tableResource('_table', table.name, '\u0000')),
    ...(isKnown && {
      schema: {
        fields: table.fields,
        primaryKey: table.primaryKey,
        verbs: service.adapter.capabilities.has('schema.write')
          ? decide(tableResource('_schema', table.name))
          : ['GET'],
        relations: usableRelations(schema, table, context),
      },
    }),
  }
}

function usableRelations(schema: DatabaseSchema, table: Table, context: OperationContext) {
  return visibleRelations(schema, table, context).map((relation) => ({
    name: relationName(relation),
    type: relation.type,
    refTable: relation.refTable,
    isReadable: isReadable(relation, context),
    isElsewhere:
      isElsewhere(relation.refService, context) || isElsewhere(relation.junction?.service, context),
  }))
}

function usableRoutines(
  kind: RoutineKind,
  routines: Parameters<typeof callableRoutines>[0],
  { caller, service }: OperationContext,
): UsableRoutine[] {
  const { policy } = caller
  return callableRoutines(routines, policy, service.info.name, kind).map(({ key: _, ...routine }) => ({
    ...routine,
    verbs: verbsOnRoutine(policy, service.info.name, kind, routine.name),
  }))
}
