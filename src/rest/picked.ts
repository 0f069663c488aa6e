/** The members of an item that `fields` names, in the item's order; all of them for `*`. */
export function picked(item: object, fields: readonly unknown[]): object {
  if (fields.includes('*')) return item
  return Object.fromEntries(Object.entries(item).filter(([key]) => fields.includes(key)))
}
