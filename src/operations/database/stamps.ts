import type { Field, Table } from '../../core/database/schema.ts'
import type { Value } from '../../core/database/value.ts'
import type { OperationContext } from '../../core/operation.ts'
import { wholeOf } from '../field-view/narrow-table.ts'
import { countedVersion } from './version-field.ts'

/** Fields that the server writes; looked for once a table. */
const stamped = new WeakMap<Table, readonly Field[]>()

function stampedFields(table: Table): readonly Field[] {
  const known = stamped.get(table)
  if (known) return known
  // Also those that the writer may not see.
  const { fields: all } = wholeOf(table)
  const counted = countedVersion(table)
  const fields = all.filter(
    (field) => field === counted || (field.extraType !== undefined && field.extraType !== 'user_id'),
  )
  stamped.set(table, fields)
  return fields
}

/** Whether the server writes something into its records. */
export function hasStamps(table: Table): boolean {
  return stampedFields(table).length > 0
}

/**
 * Who wrote and when (dreamfactory-rest §5.3). A moment that the record brings is kept; the user is always the one who writes, and
 * none where nobody is signed in.
 */
export function stampsOf(
  table: Table,
  given: Readonly<Record<string, Value>>,
  creates: boolean,
  { caller }: OperationContext,
): Record<string, Value> {
  const stamps: Record<string, Value> = {}
  for (const field of stampedFields(table)) {
    const { name, extraType, allowNull } = field
    if (extraType === undefined) {
      if (creates && field.default === undefined && !Object.hasOwn(given, name)) stamps[name] = FIRST_VERSION
      continue
    }
    if (!creates && extraType?.endsWith('_create')) continue
    const isMoment = extraType?.startsWith('timestamp') ?? false
    if (isMoment && !Object.hasOwn(given, name)) stamps[name] = now()
    if (!isMoment && (caller.userId !== undefined || allowNull)) stamps[name] = caller.userId ?? null
  }
  return stamps
}

const FIRST_VERSION = 1

/** Whether a field tells who made a record: nobody changes that afterwards. */
export function isAuthor({ extraType }: Field): boolean {
  return extraType === 'user_id_on_create'
}

/** UTC, `YYYY-MM-DD HH:MM:SS`. */
function now(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ')
}
