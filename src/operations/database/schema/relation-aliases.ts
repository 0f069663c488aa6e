import type { TableExtras } from '../../../core/database/extras.ts'
import type { Table } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'

/** The aliases of a table's relations, in lower case. */
export function relationAliases({ relations, virtualRelations }: TableExtras): readonly string[] {
  return [...Object.values(relations), ...virtualRelations].flatMap(({ alias }) => alias?.toLowerCase() ?? [])
}

/** No alias that a relation gets is a name of another one, nor of a field. Throws `bad_request`. */
export function requireFreeRelationAliases(now: TableExtras, kept: TableExtras, table: Table): void {
  const before = relationAliases(now)
  const aliases = relationAliases(kept)
  const taken = new Set(namesIn(table, kept).map((name) => name.toLowerCase()))
  const isTwice = (alias: string) => aliases.filter((other) => other === alias).length > 1
  const clash = aliases.find((alias) => !before.includes(alias) && taken.has(alias))
  const twice = aliases.find((alias) => isTwice(alias) && before.filter((one) => one === alias).length < 2)
  const name = clash ?? twice
  if (name === undefined) return
  throw new AppError(
    'bad_request',
    `'${name}' is the name of another field or relation of '${table.name}' already.`,
    {
      context: { alias: name },
    },
  )
}

function namesIn({ fields, aggregates = [], relations }: Table, kept: TableExtras): readonly string[] {
  const columns = [...fields, ...aggregates].flatMap(({ name, column = name }) => [name, column])
  const beside = Object.entries(kept.fields).flatMap(([name, { alias = name }]) => [name, alias])
  return [...columns, ...beside, ...relations.map(({ name }) => name)]
}
