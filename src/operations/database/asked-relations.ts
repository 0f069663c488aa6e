import type { DatabaseSchema, Relation, Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { relationName, relationNamed, visibleRelations } from './relations.ts'
import { tableResource } from './table-access.ts'

/** A table of the answer, and what is asked to be read along with its records. */
export interface Level {
  readonly schema: DatabaseSchema
  readonly table: Table
  readonly context: OperationContext
  readonly names: readonly string[]
  /** Names of the relations that lead here. */
  readonly path: readonly string[]
}

/**
 * The relations that the names mean, each with what leads on from it. Throws `bad_request` for an unknown name, which is passed over
 * where the request is lenient.
 */
export function askedRelations(
  { schema, table, context, names, path }: Level,
  { isLenient }: { readonly isLenient: boolean },
): ReadonlyMap<Relation, readonly string[]> {
  const relations = visibleRelations(schema, table, context)
  const asked = new Map<Relation, string[]>()
  const add = (relation: Relation, rest?: string) => {
    asked.set(relation, [...(asked.get(relation) ?? []), ...(rest === undefined ? [] : [rest])])
  }
  if (path.length === 0 && context.verb === 'GET')
    for (const relation of relations) if (relation.alwaysFetch && isReadable(relation, context)) add(relation)
  for (const name of names) {
    if (name.trim() === '*') {
      for (const relation of relations) if (isReadable(relation, context)) add(relation)
      continue
    }
    const found = headOf(name, relations)
    if (found) add(found.relation, found.rest)
    else if (!isLenient) throw unknownRelation(name, relations)
  }
  return asked
}

/** The longest beginning of a dotted name that is a relation, and what comes after it. */
function headOf(
  name: string,
  relations: readonly Relation[],
): { readonly relation: Relation; readonly rest?: string } | undefined {
  const whole = relationNamed(relations, name)
  if (whole) return { relation: whole }
  for (let end = name.lastIndexOf('.'); end > 0; end = name.lastIndexOf('.', end - 1)) {
    const relation = relationNamed(relations, name.slice(0, end))
    if (relation) return { relation, rest: name.slice(end + 1) }
  }
  return undefined
}

/** Whether the records at the other end of a relation, and those between, may be read. */
export function isReadable({ refTable, refService, junction }: Relation, context: OperationContext): boolean {
  const { caller, service } = context
  const reads = (of: string | undefined, table: string) =>
    caller.policy.decide(of ?? service.info.name, tableResource('_table', table), 'GET').allowed
  return reads(refService, refTable) && (!junction || reads(junction.service, junction.table))
}

function unknownRelation(name: string, relations: readonly Relation[]): AppError {
  const names = relations.map(relationName)
  const near = nearest(name, names)
  return new AppError('bad_request', `Unknown relationship: ${name.slice(0, 200)}`, {
    hint:
      didYouMean(near) ||
      (names.length > 0
        ? `Relationships: ${names.join(', ')}`
        : 'This table has no relationships you may read.'),
    ...(near.length > 0 ? { didYouMean: near } : {}),
  })
}
