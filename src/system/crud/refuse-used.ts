import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Use } from '../system-resource.ts'
import type { View } from './views.ts'
import { rowsOfTable, type WriteScope } from './write-scope.ts'

/** Most users that an error names. */
const MOST = 10

/** Throws `conflict` that names who uses the record, unless the request has `force`. */
export async function refuseUsed({ resource }: View, stored: Row, scope: WriteScope): Promise<void> {
  if (scope.options.force) return
  const found: { readonly what: string; readonly names: readonly string[] }[] = []
  for (const use of resource.usedBy) {
    const names = await usersOf(Number(stored.id), use, scope)
    if (names.length > 0) found.push({ what: use.what, names })
  }
  if (found.length === 0) return
  const told = found.map(({ what, names }) => `${what} ${listed(names)}`).join(' and the ')
  throw new AppError('conflict', `'${String(stored.name)}' is used by the ${told}.`, {
    context: { used_by: Object.fromEntries(found.map(({ what, names }) => [what, names])) },
    hint: 'Change them first, or delete with force=true: then they lose it.',
  })
}

async function usersOf(id: number, use: Use, scope: WriteScope): Promise<string[]> {
  const rows = await rowsOfTable(use.table, { op: '=', field: use.column, value: id }, scope, MOST + 1)
  const values = [...new Set(rows.map((row) => row[use.shows]))]
  if (!use.of) return values.map(String).toSorted()
  const ids = values.filter((value) => typeof value === 'number')
  const named = await rowsOfTable(use.of.table, { op: 'in', field: 'id', values: ids }, scope)
  return named.map((row) => String(row[use.of?.shows ?? 'id'])).toSorted()
}

function listed(names: readonly string[]): string {
  const some = names.slice(0, MOST).map((name) => `'${name}'`)
  return names.length > MOST ? `${some.join(', ')} and others` : some.join(', ')
}
