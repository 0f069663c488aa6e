import type { Relation } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import type { OperationContext } from '../../core/operation.ts'
import { linkedRows } from './group-by-link.ts'
import type { RelatedOptions } from './inputs.ts'
import { planGroup } from './plan-group.ts'
import { withHintsFor } from './read-access.ts'
import type { RelatedPlan, RelatedSource } from './related-plan.ts'
import { relationName } from './relations.ts'

export function isGrouped({ group, fields }: RelatedOptions): boolean {
  return group !== undefined || (fields ?? []).some((field) => field.includes('('))
}

export type RelatedEnd = Pick<RelatedSource, 'target' | 'refFields' | 'where' | 'junction'>

interface GroupScope {
  readonly options: RelatedOptions
  readonly related: readonly RelatedPlan[]
  readonly context: OperationContext
}

/** Groups in place of records; of what a junction links, of the junction's rows with what they lead to. */
export function groupsOf(
  relation: Relation,
  { target, refFields, where, junction }: RelatedEnd,
  { options, related, context }: GroupScope,
): RelatedEnd & Pick<RelatedSource, 'fields' | 'orderBy' | 'group'> {
  const name = relationName(relation)
  const isApart = junction !== undefined && junction.context.service !== context.service
  const problem = (related.length > 0 && 'relations of its own') || (isApart && 'links of another service')
  if (problem) throw new AppError('bad_request', `'${name}.group' does not go with ${problem}.`)
  if (junction && !context.service.adapter.capabilities.has('joins'))
    throw new AppError(
      'not_supported',
      `This database cannot group what another table links: '${name}.group'.`,
    )
  const linked = junction && linkedRows({ relation: name, junction, target, refFields, where })
  const own = linked?.parentFields ?? refFields
  const source = linked?.table ?? target
  const plan = () => planGroup(source, options, context, own)
  const planned = junction ? withHintsFor(junction.table, context, plan) : plan()
  const { fields, groupBy = [], aggregates = [], orderBy = [] } = planned
  return {
    target: source,
    refFields: own,
    where: linked ? linked.where : where,
    fields: [...fields, ...aggregates.map(({ alias }) => alias)],
    orderBy,
    group: { groupBy: [...new Set([...own, ...groupBy])], aggregates, ...linked?.joined },
  }
}
