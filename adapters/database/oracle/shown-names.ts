import { type CatalogueRows, grouped, tableOf } from './catalogue-rows.ts'
import { shownName } from './names.ts'

/** What callers call the tables and fields of a catalogue. A table is given by `tableOf`. */
export interface ShownNames {
  table(table: string): string
  field(table: string, column: string): string
}

export function shownNames({ tables, views, columns, defaultOwner }: CatalogueRows): ShownNames {
  const things = [...tables, ...views]
  const namesOf = new Map(
    [...grouped(things, ({ owner }) => String(owner))].map(([owner, of]) => [
      owner,
      new Set(of.map(({ name }) => String(name))),
    ]),
  )
  const fieldsOf = new Map(
    [...grouped(columns, tableOf)].map(([table, of]) => [table, new Set(of.map(({ name }) => String(name)))]),
  )
  return {
    table: (table) => {
      const [owner = '', name = ''] = table.split('\u0000')
      const shown = shownName(name, namesOf.get(owner))
      return owner === defaultOwner && !shown.includes('.') ? shown : `${shownName(owner)}.${shown}`
    },
    field: (table, column) => shownName(column, fieldsOf.get(table)),
  }
}
