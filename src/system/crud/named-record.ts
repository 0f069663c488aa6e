import type { Row } from '../../core/database/value.ts'
import type { View } from './views.ts'

/** The id of the record that an address names, if there is one. `list` gives records as the caller may read them. */
export async function idNamed(
  view: View,
  identifier: string,
  list: (input: object) => Promise<readonly Row[]>,
): Promise<number | undefined> {
  for (const filter of waysToFind(view, identifier)) {
    const fields = ['id', view.resource.nameField ?? 'id']
    const rows = await list({ fields, limit: MOST_ALIKE, ...filter })
    const id = rowNamed(rows, view, identifier)?.id
    if (typeof id === 'number') return id
  }
  return undefined
}

/** Ways to find the record an address names: a number is an id before it is a name, and a name goes first as it is spelled. */
function waysToFind({ resource }: View, identifier: string): object[] {
  const { nameField, isByNameOnly } = resource
  const isId = isNumber(identifier) && !isByNameOnly
  const byId = isId ? [{ filter: 'id = :id', params: { id: Number(identifier) } }] : []
  if (nameField === undefined) return byId
  const byName = ['=', 'like'].map((operator) => ({
    filter: `${nameField} ${operator} :name`,
    params: { name: identifier },
  }))
  return [...byId, ...byName]
}

/** Of rows that are alike (`_` in a name fits any character), the one that is meant. */
function rowNamed(rows: readonly Row[], { resource }: View, identifier: string): Row | undefined {
  const { nameField = 'id', isByNameOnly } = resource
  const spelled = (row: Row) => String(row[nameField]).toLowerCase() === identifier.toLowerCase()
  const isId = isNumber(identifier) && !isByNameOnly
  return rows.find(spelled) ?? (isId ? rows.find(({ id }) => id === Number(identifier)) : undefined)
}

/** Most names that are looked through. */
const MOST_ALIKE = 100

export function isNumber(identifier: string): boolean {
  return /^\d{1,15}$/.test(identifier)
}
