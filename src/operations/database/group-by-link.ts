import type { Filter, Join, SelectQuery } from '../../core/database/query.ts'
import { type Field, storedColumn, type Table } from '../../core/database/schema.ts'
import { AppError } from '../../core/errors.ts'
import { isPartOf, wholeOf } from '../field-view/narrow-table.ts'
import { allOf } from './plan-filter.ts'

/** Rows of a junction, each with the fields of the one row that it leads to. */
export interface LinkedRows {
  readonly table: Table
  /** The junction's fields towards the parents, as `table` calls them. */
  readonly parentFields: readonly string[]
  readonly where: Filter | undefined
  readonly joined: Pick<SelectQuery, 'joins' | 'computed'>
}

interface Ends {
  readonly relation: string
  readonly junction: {
    readonly table: Table
    readonly fields: readonly string[]
    readonly refFields: readonly string[]
    readonly where: Filter | undefined
  }
  readonly target: Table
  readonly refFields: readonly string[]
  /** Over the target. */
  readonly where: Filter | undefined
}

const JOIN = 'j1'

/** What is linked through a junction, as rows to group. Throws `bad_request` where a row could be linked twice: it would count twice. */
export function linkedRows({ relation, junction, target, refFields, where }: Ends): LinkedRows {
  const ends = [...junction.fields, ...junction.refFields]
  if (!isUnique(junction.table, ends) || !isUnique(target, refFields))
    throw new AppError(
      'bad_request',
      `'${relation}.group' needs links of which there is one for each pair.`,
      {
        hint: `A unique key on ${ends.join(', ')} of '${junction.table.name}' makes sure of that.`,
      },
    )
  const own = (name: string) => `${junction.table.name}.${name}`
  const fields = junction.refFields.map(own)
  const isThere: Filter = { op: 'exists', table: target, fields, refFields, ...(where && { where }) }
  const join: Join = { alias: JOIN, table: target, fields, refFields }
  return {
    table: linkTable(junction.table, target),
    parentFields: junction.fields.map(own),
    where: allOf(junction.where && renamed(junction.where, own), isThere),
    joined: { joins: [join], computed: joinedFields(target) },
  }
}

function isUnique({ primaryKey, uniqueKeys }: Table, fields: readonly string[]): boolean {
  return [primaryKey, ...uniqueKeys].some(
    (key) => key.length > 0 && key.every((name) => fields.includes(name)),
  )
}

const made = new WeakMap<Table, WeakMap<Table, Table>>()

/** The junction, whose own fields have its name before theirs, with the fields of the target. The same object for the same tables. */
function linkTable(junction: Table, target: Table): Table {
  const known = made.get(junction)?.get(target)
  if (known) return known
  const own = junction.fields.map((field): Field => {
    const { name, column = name } = field
    return { ...field, name: `${junction.name}.${name}`, column }
  })
  const fields = [...own, ...joinedFields(target)]
  const table: Table = {
    ...junction,
    fields,
    fieldByName: new Map(fields.map((field) => [field.name.toLowerCase(), field])),
    primaryKey: [],
    uniqueKeys: [],
    foreignKeys: [],
    relations: [],
  }
  made.set(junction, (made.get(junction) ?? new WeakMap<Table, Table>()).set(target, table))
  const whole = wholeOf(junction)
  if (whole !== junction) isPartOf(table, linkTable(whole, target))
  return table
}

/** The stored fields of the target, as those of the row beside. */
function joinedFields({ fields }: Table): Field[] {
  return fields
    .filter(({ isVirtual, expressions, isNested }) => !isVirtual && !expressions && !isNested)
    .map((field) => {
      const { column: _, source: __, ...facts } = field
      const select = { kind: 'joined', join: JOIN, column: storedColumn(field) } as const
      return { ...facts, allowNull: true, isVirtual: true, expressions: { select } }
    })
}

function renamed(filter: Filter, own: (name: string) => string): Filter {
  switch (filter.op) {
    case 'and':
    case 'or':
      return { op: filter.op, all: filter.all.map((part) => renamed(part, own)) }
    case 'not':
      return { op: 'not', filter: renamed(filter.filter, own) }
    case 'exists':
      return { ...filter, fields: filter.fields.map(own) }
    default:
      return { ...filter, field: own(filter.field) }
  }
}
