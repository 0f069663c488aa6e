import { z } from 'zod'
import type { Table } from '../../core/database/schema.ts'
import { findByName, indexByName } from '../../core/names.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import type { Verb } from '../../core/policy.ts'
import { wordsForTable } from './labels.ts'
import { loadSchema, tableResource, unknownTable, usableVerbs, visibleTables } from './table-access.ts'

const input = z.strictObject({
  /** Only these tables. */
  ids: z.array(z.string()).optional(),
  /** Only tables of this schema of the database. */
  schema: z.string().optional(),
  refresh: z.boolean().optional(),
})

export interface TableSummary {
  /** Stands for the name in requests. */
  readonly alias: string | null
  readonly name: string
  readonly label: string
  readonly plural: string
  readonly description: string | null
  readonly is_view: boolean
  readonly access: readonly Verb[]
  /** Its rows can be named one by one. */
  readonly has_key: boolean
  /** From statistics; left out under a row filter, whose hidden rows it would count. */
  readonly row_estimate?: number
}

/** The tables and views the caller may do anything with. */
export const listTables = defineOperation<
  z.infer<typeof input>,
  { readonly tables: readonly TableSummary[] }
>({
  name: 'list_tables',
  kind: 'database',
  verb: 'GET',
  needs: ['schema.read'],
  input,
  resource: () => '_schema',
  filtersItself: true,
  async run({ ids, schema: prefix, refresh }, context) {
    const visible = visibleTables(await loadSchema(context, refresh), context)
    const inSchema =
      prefix === undefined ? visible : visible.filter(({ name }) => schemaOf(name) === prefix.toLowerCase())
    const tables = ids === undefined ? inSchema : ids.map((id) => tableNamed(id, inSchema))
    return { tables: tables.map((table) => summary(table, context)) }
  },
})

function tableNamed(id: string, tables: readonly Table[]): Table {
  const wanted = id.trim()
  const table =
    findByName(indexByName(tables), wanted) ??
    tables.find(({ alias }) => alias?.toLowerCase() === wanted.toLowerCase())
  if (table) return table
  throw unknownTable(
    id,
    tables.map(({ name }) => name),
  )
}

function schemaOf(table: string): string | undefined {
  return table.includes('.') ? table.slice(0, table.indexOf('.')).toLowerCase() : undefined
}

function summary(table: Table, context: OperationContext): TableSummary {
  const { label, plural } = wordsForTable(table)
  const estimate = visibleEstimate(table, context)
  return {
    alias: table.alias ?? null,
    name: table.name,
    label,
    plural,
    description: table.description ?? null,
    is_view: table.isView,
    access: usableVerbs(table.name, context),
    has_key: table.primaryKey.length > 0,
    ...(estimate === undefined ? {} : { row_estimate: estimate }),
  }
}

/** How many rows the table has by the engine's statistics, for callers who may read all of them. */
export function visibleEstimate(table: Table, { caller, service }: OperationContext): number | undefined {
  const access = caller.policy.decide(service.info.name, tableResource('_table', table.name), 'GET')
  return access.allowed && !access.rowFilter ? table.rowEstimate : undefined
}

const LONGEST_LINE = 100

/** A comment as one line of a listing. */
export function oneLine(text: string): string {
  const [line = ''] = text.trim().split(/\s*[\r\n]/, 1)
  return line.length <= LONGEST_LINE
    ? line
    : `${line.slice(0, LONGEST_LINE).replace(/[\ud800-\udbff]$/, '')}…`
}
