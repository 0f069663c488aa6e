import type { Row } from '../../../core/database/value.ts'
import { AppError } from '../../../core/errors.ts'
import { detachAll } from './detach.ts'
import { inPlace } from './nested-error.ts'
import type { Nested } from './nested-record.ts'
import { writeChild } from './write-child.ts'
import { writeLink } from './write-link.ts'
import type { WriteScope } from './write-scope.ts'

/** Writes what refers to a record, after it: its one or many children, and its links to others. */
export async function writeDependents(
  parent: Row,
  nested: readonly Nested[],
  scope: WriteScope,
): Promise<void> {
  for (const one of nested) {
    const { relation, target, items } = one
    if (relation.type === 'belongs_to') continue
    if (relation.type === 'has_one' && items.length === 0)
      await inPlace({ relation, target, index: 0 }, scope, () => detachAll(parent, one, scope))
    for (const [index, item] of items.entries()) {
      const write = relation.type === 'many_many' ? writeLink : writeChild
      await inPlace({ relation, target, index }, scope, () => write(parent, one, item, scope))
    }
  }
}

/** The scope for records one level further down. Throws `bad_request` where there are too many, or too deep ones. */
export function below(nested: readonly Nested[], scope: WriteScope): WriteScope {
  if (nested.length === 0) return scope
  if (scope.depth >= MAX_DEPTH)
    throw new AppError('bad_request', `Related records may be nested at most ${MAX_DEPTH} levels deep.`)
  scope.budget.left -= nested.reduce((sum, { items }) => sum + items.length, 0)
  if (scope.budget.left < 0)
    throw new AppError('bad_request', `At most ${MAX_NESTED} related records in one request.`)
  return { ...scope, depth: scope.depth + 1 }
}

const MAX_DEPTH = 5
export const MAX_NESTED = 10_000
