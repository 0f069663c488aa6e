import type { Relation } from './schema.ts'

/** Self references give both ends one name: the second gets its own (`…_by_…_parent`), so neither is lost. */
export function freeName(taken: readonly Relation[], relation: Relation): string {
  const names = new Set(taken.map(({ name }) => name.toLowerCase()))
  if (!names.has(relation.name.toLowerCase())) return relation.name
  const base = relation.type === 'belongs_to' ? `${relation.name}_parent` : relation.name
  for (let n = 1; ; n++) {
    const name = n === 1 && base !== relation.name ? base : `${base}_${n + 1}`
    if (!names.has(name.toLowerCase())) return name
  }
}
