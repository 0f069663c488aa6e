import type { Relation } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { invalidRecord } from './problems.ts'
import type { CheckedRecord } from './read-record.ts'
import type { View, Views } from './views.ts'

/** Records on the other side of a junction. */
export interface GivenLinks {
  readonly view: View
  readonly junction: View
  /** The junction's columns with the id of the record itself, and of the other one. */
  readonly here: string
  readonly there: string
  readonly links: readonly GivenLink[]
}

export interface GivenLink {
  /** Undefined: a new record. */
  readonly id: number | undefined
  /** The record says more than its id. */
  readonly isChanged: boolean
  readonly record: CheckedRecord
  /** Of the junction itself. */
  readonly between: CheckedRecord
  readonly isUnlinked: boolean
}

type Item = Readonly<Record<string, unknown>>
type Read = (view: View, record: Item, kind: 'create' | 'update') => Promise<CheckedRecord>

/**
 * `{"id": 2}` links a record that is there, and changes it where it says more; without `id` one is made. Members like
 * `user_to_app_to_role.app_id` are of the junction; a null in its columns towards either side takes the link away (dreamfactory-rest §4.9).
 */
export async function readLinks(
  relation: Relation,
  items: readonly Item[],
  {
    views,
    read,
    idOf,
  }: { readonly views: Views; readonly read: Read; readonly idOf: (id: unknown) => number | undefined },
): Promise<GivenLinks> {
  const { junction: between } = relation
  const junction = views
    .list()
    .find(({ stored, resource }) => resource.isJunction && stored.name === between?.table)
  const [here, there] = [between?.fields[0], between?.refFields[0]]
  if (!junction || here === undefined || there === undefined)
    throw new AppError('internal', `The relation '${relation.name}' has no junction.`)
  const view = views.of(relation.refTable)
  const links: GivenLink[] = []
  for (const item of items) {
    const { own, inner } = apart(item, `${junction.stored.name}.`)
    const { id: givenId, ...rest } = own
    const id = idOf(givenId)
    const marks = [here, there].filter((column) => Object.hasOwn(inner, column))
    if (marks.some((column) => inner[column] !== null)) throw wrongMark(junction, marks)
    const isUnlinked = marks.length > 0
    if (isUnlinked && id === undefined)
      throw invalidRecord({ id: ['The id field is required to take a link away.'] })
    const { [here]: _, [there]: __, ...extras } = inner
    links.push({
      id,
      isUnlinked,
      isChanged: Object.keys(rest).length > 0,
      record: await read(view, rest, id === undefined ? 'create' : 'update'),
      between: await read(junction, extras, 'update'),
    })
  }
  return { view, junction, here, there, links }
}

function apart(item: Item, prefix: string): { readonly own: Item; readonly inner: Item } {
  const entries = Object.entries(item)
  const isInner = ([name]: readonly [string, unknown]) => name.startsWith(prefix)
  return {
    own: Object.fromEntries(entries.filter((entry) => !isInner(entry))),
    inner: Object.fromEntries(
      entries.filter(isInner).map(([name, value]) => [name.slice(prefix.length), value]),
    ),
  }
}

function wrongMark({ stored }: View, columns: readonly string[]): AppError {
  return invalidRecord(
    Object.fromEntries(
      columns.map((column) => {
        const name = `${stored.name}.${column}`
        return [name, [`The ${name} field takes null only, which takes the link away.`]]
      }),
    ),
  )
}
