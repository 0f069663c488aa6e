import type { Json, Row } from '../../core/database/value.ts'
import type { ReadTools } from '../write-context.ts'
import type { View, Views } from './views.ts'

/** Stored fields to read for the fields that are asked for; undefined: all of them. */
export function fieldsToRead(
  { resource, visible }: View,
  asked: readonly string[] | undefined,
): readonly string[] | undefined {
  if (asked === undefined || asked.includes('*')) return undefined
  const names = asked.map((name) => name.trim())
  const shown = [...names, ...alwaysShown(resource.shows)]
  const needs = shown.flatMap(
    (name) => (Object.hasOwn(resource.shows, name) ? resource.shows[name]?.needs : undefined) ?? [],
  )
  const stored = names.filter(
    (name) => visible.fieldByName.has(name.toLowerCase()) || !Object.hasOwn(resource.shows, name),
  )
  return [...new Set([...stored, ...needs])]
}

/** A row with its related rows, as an answer shows it: only the fields that are asked for. */
export function present(
  view: View,
  row: Row,
  asked: readonly string[] | undefined,
  { views, ...tools }: ReadTools & { readonly views: Views },
): Row {
  const { resource, visible } = view
  const shown = showRow(view, row, tools)
  const wanted =
    asked === undefined || asked.includes('*')
      ? undefined
      : new Set([...asked.map((name) => name.trim().toLowerCase()), ...alwaysShown(resource.shows)])
  const relations = new Map(visible.relations.map((relation) => [relation.name, relation.refTable]))
  const entries = Object.entries(shown).flatMap(([name, value]): [string, Json][] => {
    const target = relations.get(name)
    if (target !== undefined)
      return [
        [
          name,
          related(views.of(target), value, {
            views,
            ...tools,
            showsKeys: tools.showsKeys === 'all' ? 'all' : 'none',
          }),
        ],
      ]
    if (value === null && resource.quiet.has(name) && !wanted?.has(name)) return []
    return !wanted || wanted.has(name.toLowerCase()) ? [[name, value]] : []
  })
  return Object.fromEntries(entries)
}

/** A row with shown values in place of stored ones; dates as the wire has them. */
export function showRow({ resource, visible }: View, row: Row, tools: ReadTools): Row {
  const shown: Record<string, Json> = {}
  for (const [name, value] of Object.entries(row)) {
    const isDate = visible.fieldByName.get(name.toLowerCase())?.type === 'timestamp'
    shown[name] = isDate && typeof value === 'string' ? wireDate(value) : value
  }
  for (const [name, field] of Object.entries(resource.shows)) {
    const isThere =
      Object.hasOwn(row, name) || (field.isAlways && field.needs.every((need) => Object.hasOwn(row, need)))
    if (isThere) shown[name] = field.show(row, tools)
  }
  return shown
}

function alwaysShown(shows: View['resource']['shows']): string[] {
  return Object.entries(shows).flatMap(([name, { isAlways }]) => (isAlways ? [name] : []))
}

function related(view: View, value: Json, tools: ReadTools & { readonly views: Views }): Json {
  if (Array.isArray(value)) return value.map((item: Json) => related(view, item, tools))
  return isRow(value) ? present(view, value, undefined, tools) : value
}

function isRow(value: Json): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `2026-11-22 01:33:37` as `2026-11-22T01:33:37.000000Z`. */
function wireDate(stored: string): string {
  const moment = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(stored) ? stored : `${stored.replace(' ', 'T')}Z`)
  return moment.toISOString().replace('Z', '000Z')
}
