/** What became of a record before the transaction; what went wrong is told when its turn comes. */
export type Prepared<T> = { readonly value: T } | { readonly error: unknown }

/** In order; without `continue` nothing is done for those after the first that fails. */
export async function prepareRecords<T, R>(
  items: readonly T[],
  { continue: goOn }: { readonly continue?: boolean | undefined },
  work: (item: T) => Promise<R>,
): Promise<readonly Prepared<R>[]> {
  const done: Prepared<R>[] = []
  for (const item of items) {
    const outcome: Prepared<R> = await work(item).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    done.push(outcome)
    if ('error' in outcome && !goOn) break
  }
  return done
}

/** Throws what went wrong. */
export function settled<T>(item: Prepared<T>): T {
  if ('error' in item) throw item.error
  return item.value
}
