import type { SelectQuery } from '../../core/database/query.ts'
import type { KeyKind, RelatedSelect, RowsAsBytes } from '../../core/database/rows-together.ts'
import { type Table, valueClassOf } from '../../core/database/schema.ts'
import { findByName } from '../../core/names.ts'
import type { OperationContext } from '../../core/operation.ts'
import { isCutByEngine, MOST_RELATED } from './attach-related.ts'
import type { RelatedPlan, RelatedSource } from './related-plan.ts'
import { isToOne } from './relations.ts'

/**
 * A list with its related records as the engine itself puts it together. Undefined where that takes more than it can do: then
 * they are read one after the other (attach-related.ts), which gives the same answer or tells what is wrong.
 */
export async function readTogether(
  query: Omit<SelectQuery, 'as'>,
  plans: readonly RelatedPlan[],
  context: OperationContext,
): Promise<RowsAsBytes | undefined> {
  const { selectTogether } = context.service.adapter
  if (!selectTogether || context.access.limits || query.aggregates) return undefined
  const most = Math.floor(MOST_RELATED / plans.length)
  const related: RelatedSelect[] = []
  for (const plan of plans) {
    const source = await plan.source()
    const select = source.context.service === context.service && relatedSelect(plan, source, query, most)
    if (!select) return undefined
    related.push(select)
  }
  return selectTogether(query, related, { signal: context.signal })
}

/** Records found by one key, shown as they are read. */
function relatedSelect(
  plan: RelatedPlan,
  source: RelatedSource,
  { table, fields }: Omit<SelectQuery, 'as'>,
  most: number,
): RelatedSelect | undefined {
  const { relation, name } = plan
  const { target, limits, junction, group, related, refFields, where, orderBy, limit, offset } = source
  const [field = '', ...otherFields] = relation.fields
  const [refField = '', ...otherRefFields] = refFields
  const keys = keyKind(table, field, target, refField)
  const isOne = isToOne(relation)
  const isCut = limit !== undefined && isCutByEngine(plan, source)
  if (!keys || otherFields.length > 0 || otherRefFields.length > 0) return undefined
  if (limits || junction || group || related.length > 0 || fields.includes(name)) return undefined
  if (!source.fields.includes(refField) || (!isOne && !isCut && (limit !== undefined || offset > 0)))
    return undefined
  const each = isCut ? { each: { by: refFields, limit, offset } } : {}
  const query = { table: target, fields: source.fields, orderBy, limit: most + 1, ...each }
  return { name, field, refField, keys, isOne, most, query: where ? { ...query, where } : query }
}

/** Whose equality is that of their texts. */
function keyKind(table: Table, field: string, target: Table, refField: string): KeyKind | undefined {
  const [here, there] = [findByName(table.fieldByName, field), findByName(target.fieldByName, refField)]
  const kind = here && there && valueClassOf(here.type)
  if (!kind || kind !== valueClassOf(there.type)) return undefined
  return kind === 'integer' ? 'number' : kind === 'text' ? 'string' : undefined
}
