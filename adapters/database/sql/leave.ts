/**
 * Takes an item off a short list, in place. For what comes and goes with every statement there are lists: a Set or Map that is
 * used up leaves a table behind that still holds what it held, and small garbage collections pass that on from table to table.
 */
export function leave<T>(list: T[], item: T): void {
  const at = list.indexOf(item)
  if (at < 0) return
  list.copyWithin(at, at + 1)
  list.pop()
}
