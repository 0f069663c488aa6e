import type { Rename } from '../../../core/database/adapter.ts'
import { NO_TABLE_EXTRAS, type TableExtras, type VirtualRelation } from '../../../core/database/extras.ts'
import { isSameName } from '../../../core/names.ts'
import type { ExtrasChange } from '../../../core/service.ts'

/** What is kept of a service's tables when one of them, or a field of it, has another name. Relations keep their words. */
export function renamedExtras(rename: Rename, newTable: string): ExtrasChange {
  const { table, field, to } = rename
  return (now) => {
    const changed = new Map<string, TableExtras | undefined>()
    for (const [name, extras] of now) {
      const isOwn = isSameName(name, table)
      const kept = field === undefined ? extras : isOwn ? withField(extras, field, to) : extras
      const after: TableExtras = {
        ...kept,
        relations: renamedKeys(kept.relations, (key) => relationName(key, rename, isOwn)),
        virtualRelations: kept.virtualRelations.map((one) => relation(one, rename, isOwn, newTable)),
      }
      if (isOwn && field === undefined) changed.set(name, undefined).set(newTable, after)
      else if (JSON.stringify(after) !== JSON.stringify(extras)) changed.set(name, after)
    }
    return changed
  }
}

/** The same under both names, so that nothing is without its rules and functions while the database changes. */
export function extrasOfBoth({ table, field, to }: Rename, newTable: string): ExtrasChange {
  return (now) => {
    const { alias: _, ...extras } = now.get(table) ?? NO_TABLE_EXTRAS
    if (field === undefined) return new Map([[newTable, extras]])
    const own = now.get(table)
    if (!own) return new Map()
    const fields = { ...own.fields, ...renamedKeys(own.fields, (name) => renamedField(name, field, to)) }
    return Object.keys(fields).length > Object.keys(own.fields).length
      ? new Map([[table, { ...own, fields }]])
      : new Map()
  }
}

/** What is left when the database did not change. */
export function extrasOfOld({ table, field, to }: Rename, newTable: string): ExtrasChange {
  return (now) => {
    if (field === undefined) return new Map([[newTable, undefined]])
    const own = now.get(table)
    if (!own) return new Map()
    const names = Object.keys(own.fields).filter((name) => renamedField(name, field, to) !== name)
    const copies = new Set(names.map((name) => renamedField(name, field, to)))
    const kept = Object.entries(own.fields).filter(([name]) => !copies.has(name))
    return new Map([[table, { ...own, fields: Object.fromEntries(kept) }]])
  }
}

function withField(extras: TableExtras, field: string, to: string): TableExtras {
  const { nameField, versionField } = extras
  return {
    ...extras,
    ...(nameField !== undefined && { nameField: renamedField(nameField, field, to) }),
    ...(versionField !== undefined && { versionField: renamedField(versionField, field, to) }),
    fields: renamedKeys(extras.fields, (name) => renamedField(name, field, to)),
  }
}

/** Fields inside of a document go with it: `address.city` of `address`. */
function renamedField(name: string, field: string, to: string): string {
  if (name === field) return to
  return name.startsWith(`${field}.`) ? `${to}${name.slice(field.length)}` : name
}

/** Declared relations are named after tables and fields (dreamfactory-rest §4.8). */
function relationName(key: string, { table, field, to }: Rename, isOwn: boolean): string {
  if (field === undefined) {
    if (key.startsWith(`${table}_by_`)) return `${to}${key.slice(table.length)}`
    return key.endsWith(`_by_${table}`) ? `${key.slice(0, -table.length)}${to}` : key
  }
  const isByField = key.endsWith(`_by_${field}`) && (isOwn || key.startsWith(`${table}_by_`))
  return isByField ? `${key.slice(0, -field.length)}${to}` : key
}

function renamedKeys<T>(of: Readonly<Record<string, T>>, name: (key: string) => string): Record<string, T> {
  return Object.fromEntries(Object.entries(of).map(([key, value]) => [name(key), value]))
}

function relation(
  one: VirtualRelation,
  { table, field, to }: Rename,
  isOwn: boolean,
  newTable: string,
): VirtualRelation {
  const tableName = (name: string) => (field === undefined && isSameName(name, table) ? newTable : name)
  const fieldsOf = (of: string, isHere: boolean, names: readonly string[]) =>
    isHere && isSameName(of, table) ? names.map((name) => (name === field ? to : name)) : names
  const { junction } = one
  return {
    ...one,
    fields: fieldsOf(table, isOwn, one.fields),
    ...(one.refServiceId === undefined && {
      refTable: tableName(one.refTable),
      refFields: fieldsOf(one.refTable, true, one.refFields),
    }),
    ...(junction &&
      junction.serviceId === undefined && {
        junction: {
          table: tableName(junction.table),
          fields: fieldsOf(junction.table, true, junction.fields),
          refFields: fieldsOf(junction.table, true, junction.refFields),
        },
      }),
  }
}
