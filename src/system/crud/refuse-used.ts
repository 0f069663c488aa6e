import type { Row } from '../../core/database/value.ts'
import { AppError } from '../../core/errors.ts'
import type { Use } from '../system-resource.ts'
import { isWholeAccess, SYSTEM } from './system-policy.ts'
import type { View } from './views.ts'
import { rowsOfTable, type WriteScope } from './write-scope.ts'

/** Most users that an error names. */
const MOST = 10

/** Who uses a record: those the caller may read by name, the others as a number. */
interface Users {
  readonly what: string
  readonly names: readonly string[]
  readonly others: number
}

/** Throws `conflict` that tells who uses the record, unless the request has `force`. */
export async function refuseUsed({ resource }: View, stored: Row, scope: WriteScope): Promise<void> {
  if (scope.options.force) return
  const all: Users[] = []
  for (const use of resource.usedBy) all.push(await usersOf(Number(stored.id), use, scope))
  const found = all.filter(({ names, others }) => names.length + others > 0)
  if (found.length === 0) return
  const named = found.filter(({ names }) => names.length > 0)
  const counted = found.filter(({ others }) => others > 0)
  throw new AppError('conflict', `'${String(stored.name)}' is used by ${found.map(told).join(' and ')}.`, {
    context: {
      used_by: Object.fromEntries(named.map(({ what, names }) => [what, names])),
      ...(counted.length > 0 && {
        others: Object.fromEntries(counted.map(({ what, others }) => [what, others])),
      }),
    },
    hint: 'Change them first, or delete with force=true: then they lose it.',
  })
}

async function usersOf(
  id: number,
  { table, column, shows, of, what }: Use,
  scope: WriteScope,
): Promise<Users> {
  const rows = await rowsOfTable(table, { op: '=', field: column, value: id }, scope)
  const ids = [...new Set(rows.map((row) => row[shows]))].filter((value) => typeof value === 'number')
  const users = of ? await rowsOfTable(of.table, { op: 'in', field: 'id', values: ids }, scope) : rows
  const readable = users.filter((row) => isReadable(of?.table ?? table, row, scope))
  const names = readable.map((row) => String(row[of?.shows ?? shows])).toSorted()
  return { what, names: names.slice(0, MOST + 1), others: users.length - readable.length }
}

/** Of the resource that the row belongs to: users and administrators share a table. */
function isReadable(table: string, row: Row, { views, policy }: WriteScope): boolean {
  const isOf = ({ resource, stored }: View) =>
    resource.hasAddress &&
    stored.name === table &&
    Object.entries(resource.fixed).every(([column, value]) => row[column] === value)
  const view = views.list().find(isOf)
  return view !== undefined && isWholeAccess(policy.decide(SYSTEM, `_table/${view.resource.name}`, 'GET'))
}

/** `the apps 'agent' and 2 other apps`, `2 apps` */
function told({ what, names, others }: Users): string {
  const some = names.slice(0, MOST).map((name) => `'${name}'`)
  const named = `the ${what} ${some.join(', ')}${names.length > MOST ? ' and others' : ''}`
  if (others === 0) return named
  return names.length === 0 ? `${others} ${what}` : `${named} and ${others} other ${what}`
}
