import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Verb } from '../../core/policy.ts'
import { isWholeAccess, SYSTEM } from './system-policy.ts'
import type { View } from './views.ts'
import type { WriteScope } from './write-scope.ts'

/** The record in whose place others are written. */
export interface Parent {
  readonly view: View
  readonly id: number
}

/**
 * Throws `forbidden`. A resource with an address of its own is written under its own rights, one without under those of its
 * owner; rights to some rows only are not enough here.
 */
export function requireRight(
  { view, id }: { readonly view: View; readonly id?: number },
  verb: Verb,
  parent: Parent,
  { policy }: WriteScope,
): void {
  const { component, hasAddress, name } = view.resource
  if (!hasAddress && component === parent.view.resource.component) return
  const address = hasAddress ? `${name}${id === undefined ? '' : `/${id}`}` : component
  const access = policy.decide(SYSTEM, `_table/${address}`, hasAddress ? verb : 'PATCH')
  if (!isWholeAccess(access)) throw childRefused(view.resource.name)
}

/** Throws `forbidden` for a record that goes with another one than its parent, where that one may not be changed. */
export function requireOwnerRight(
  { resource }: View,
  records: readonly Row[],
  parent: Parent,
  { policy }: WriteScope,
): void {
  const { component, hasAddress, name, table } = resource
  if (hasAddress || component === parent.view.resource.component) return
  const owner = table.foreignKeys.find(({ refTable }) => refTable === component)?.fields[0] ?? ''
  const ids = records.map((record) => record[owner]).filter((id) => typeof id === 'number')
  const isAllowed = ids.every((id) =>
    isWholeAccess(policy.decide(SYSTEM, `_table/${component}/${id}`, 'PATCH')),
  )
  if (!isAllowed) throw childRefused(name)
}

export function childRefused(name: string): AppError {
  return new AppError(
    'forbidden',
    `Access Forbidden. Your role does not allow this change of records of '${name}'.`,
  )
}
