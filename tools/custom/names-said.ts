import { filterNames } from '../../src/operations/database/filter-parameters.ts'
import { readOrder } from '../../src/operations/database/read-order.ts'

type Values = Readonly<Record<string, unknown>>

/**
 * The columns, or paths over relations to columns, that the arguments of a declared tool name: whoever may not know one of them cannot use
 * the tool. Values and names that the tool gives itself are none of them.
 */
export function namesSaid(template: Values): readonly string[] {
  const { fields, filter, where, order, group_by, aggregates, records, related, related_options } = template
  const aliases = new Set([
    ...objectsIn(aggregates).map(({ alias }) => alias),
    ...textsIn(group_by).map(aliasOf),
  ])
  return [
    ...textsIn(fields).map(withoutCall),
    ...(typeof filter === 'string' ? filterNames(filter) : []),
    ...namesInWhere(where),
    ...(typeof order === 'string' ? readOrder(order) : [])
      .map(({ name }) => name)
      .filter((name) => !aliases.has(name)),
    ...textsIn(group_by).map(withoutCall),
    ...objectsIn(aggregates).flatMap(({ field }) => textsIn([field])),
    ...objectsIn(records).flatMap(namesInRecord),
    ...partsOf(related),
    ...membersOf(related_options).flatMap(([relation, options]) => [
      relation,
      ...(isObject(options) ? namesSaid(options).map((name) => `${relation}.${name}`) : []),
    ]),
  ].filter((name) => name !== '*')
}

/** `m:month(day)` → `m`, and `month(day)` → `day_month` (date-bucket.ts). */
function aliasOf(group: string): string {
  const [, alias] = /^([^:()]*):/.exec(group) ?? []
  const [, part = '', field = ''] = /(\w+)\(([^()]*)\)$/.exec(group) ?? []
  return alias ?? `${field}_${part}`
}

function withoutCall(group: string): string {
  return /\(([^()]*)\)$/.exec(group)?.[1]?.trim() ?? group
}

/** With those of the records that are written along. */
function namesInRecord(record: Values): readonly string[] {
  return Object.entries(record).flatMap(([name, value]) => {
    const along = isObject(value) ? [value] : objectsIn(value)
    return [name, ...along.flatMap(namesInRecord).map((inner) => `${name}.${inner}`)]
  })
}

function namesInWhere(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(namesInWhere)
  if (!isObject(part)) return []
  const column = part.column ?? part.field
  if (typeof column === 'string') return [column]
  return Object.entries(part).flatMap(([key, inner]) =>
    /^(?:and|or|not)$/i.test(key) ? namesInWhere(inner) : [key],
  )
}

function partsOf(text: unknown): readonly string[] {
  return typeof text === 'string' ? text.split(',').map((part) => part.trim()) : []
}

function textsIn(list: unknown): readonly string[] {
  return Array.isArray(list) ? list.filter((item) => typeof item === 'string') : []
}

function membersOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isObject(value) ? Object.entries(value) : []
}

function objectsIn(list: unknown): readonly Values[] {
  return Array.isArray(list) ? list.filter(isObject) : []
}

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
