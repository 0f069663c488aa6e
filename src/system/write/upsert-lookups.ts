import type { Filter } from '../../core/database/query.ts'
import type { Row } from '../../core/database/value.ts'
import { LOOKUP_PURPOSE, type Secrets } from '../secrets.ts'
import { idOf, isNamed, present, type TableWriter } from './table-writer.ts'

export interface LookupInput {
  readonly name: string
  /** Left out: keeps its value. */
  readonly value?: string | null | undefined
  readonly isPrivate: boolean
  readonly description?: string | undefined
}

/** Whose lookups; absent: those of the whole system. */
export interface LookupOwner {
  readonly column: 'role_id' | 'app_id' | 'user_id'
  readonly id: number
}

/** Those of an owner become the ones given; of the system's, those that are not given stay. */
export async function upsertLookups(
  lookups: TableWriter,
  { secrets }: { readonly secrets: Secrets },
  owner: LookupOwner | undefined,
  inputs: readonly LookupInput[],
): Promise<void> {
  const stored = (await lookups.rows()).filter((row) => isOwned(row, owner))
  const kept = new Set<number>()
  for (const input of inputs) {
    const row = stored.find((each) => isNamed(each, input.name))
    const values = present({
      private: input.isPrivate,
      description: input.description,
      value: storedValue(input, row, secrets),
    })
    if (row) await lookups.update(row, values)
    else await lookups.insert({ ...values, name: input.name, ...(owner && { [owner.column]: owner.id }) })
    if (row) kept.add(idOf(row))
  }
  const gone = owner ? stored.map(idOf).filter((id) => !kept.has(id)) : []
  const where: Filter = { op: 'in', field: 'id', values: gone }
  if (gone.length > 0) await lookups.deleteWhere(where)
}

function isOwned(row: Row, owner: LookupOwner | undefined): boolean {
  if (owner) return row[owner.column] === owner.id
  return row.role_id === null && row.app_id === null && row.user_id === null
}

/** Each encryption differs, so an unchanged value keeps its stored text. Undefined: as it is. */
function storedValue(
  { value, isPrivate }: LookupInput,
  row: Row | undefined,
  secrets: Secrets,
): string | null | undefined {
  const plain = row && plainValue(row, secrets)
  const wanted = value === undefined ? (plain ?? null) : value
  if (row && row.private === isPrivate && wanted === plain) return undefined
  return isPrivate && wanted !== null ? secrets.encrypt(wanted, LOOKUP_PURPOSE) : wanted
}

function plainValue(row: Row, secrets: Secrets): string | null {
  if (typeof row.value !== 'string') return null
  return row.private === true ? secrets.decrypt(row.value, LOOKUP_PURPOSE) : row.value
}
