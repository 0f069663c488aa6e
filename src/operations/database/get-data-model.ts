import { z } from 'zod'
import type { Table } from '../../core/database/schema.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { visibleKeyOf } from './describe.ts'
import { visibleEstimate } from './list-tables.ts'
import { relationName, visibleRelations } from './relations.ts'
import { canReadSchema, findTable, loadSchema, visibleTables } from './table-access.ts'

const input = z.strictObject({
  search: z.string().optional(),
  tables: z.array(z.string()).optional(),
  detail: z.enum(['names', 'columns', 'full']).optional(),
  limit: z.int().min(1).optional(),
  offset: z.int().min(0).optional(),
  refresh: z.boolean().optional(),
})
type ModelInput = z.infer<typeof input>

interface ModelColumn {
  readonly name: string
  readonly type: string
  readonly pk?: true
  readonly required?: true
  /** `table.field` it refers to. */
  readonly fk?: string
  /** The first of the only values it may have, as `a|b|…`. */
  readonly values?: string
}

export interface ModelTable {
  readonly name: string
  readonly description?: string
  readonly is_view?: true
  /** Estimate from statistics. */
  readonly rows?: number
  readonly columns?: readonly ModelColumn[]
  readonly relations?: readonly { readonly name: string; readonly type: string; readonly table: string }[]
}

export interface DataModel {
  readonly tables: readonly ModelTable[]
  readonly total: number
  readonly returned: number
  readonly has_more: boolean
  readonly next_offset?: number
}

/** The tables with their columns and relations in one compact answer, cut to what the caller may see. */
export const getDataModel = defineOperation<ModelInput, DataModel>({
  name: 'get_data_model',
  kind: 'database',
  verb: 'GET',
  needs: ['schema.read'],
  input,
  resource: () => '_schema',
  filtersItself: true,
  async run(request, context) {
    const schema = await loadSchema(context, request.refresh)
    const readable = visibleTables(schema, context)
    const chosen = request.tables
      ? request.tables.map((name) => visibleOnly(findTable(schema, name, context), readable, name))
      : readable
    const found = request.search === undefined ? chosen : ranked(chosen, request.search, context)
    const offset = request.offset ?? 0
    const page = found.slice(offset, offset + (request.limit ?? 50))
    const next = offset + page.length
    return {
      tables: page.map((table) => modelOf(table, schema, request.detail ?? 'columns', context)),
      total: found.length,
      returned: page.length,
      has_more: next < found.length,
      ...(next < found.length ? { next_offset: next } : {}),
    }

    function visibleOnly(table: Table, visible: readonly Table[], name: string): Table {
      return visible.includes(table) ? table : findTable({ ...schema, tableByName: new Map() }, name, context)
    }
  },
})

function modelOf(
  table: Table,
  schema: Awaited<ReturnType<typeof loadSchema>>,
  detail: 'names' | 'columns' | 'full',
  context: OperationContext,
): ModelTable {
  const rows = visibleEstimate(table, context)
  const mayDescribe = canReadSchema(context.caller.policy, context.service.info.name, table.name)
  return {
    name: table.alias ?? table.name,
    ...(table.description ? { description: table.description } : {}),
    ...(table.isView ? { is_view: true as const } : {}),
    ...(rows === undefined ? {} : { rows }),
    ...(detail !== 'names' && mayDescribe ? { columns: columnsOf(table, detail, context) } : {}),
    ...(detail === 'full' && mayDescribe
      ? {
          relations: visibleRelations(schema, table, context).map((relation) => ({
            name: relationName(relation),
            type: relation.type,
            table: relation.refService ? `${relation.refService}.${relation.refTable}` : relation.refTable,
          })),
        }
      : {}),
  }
}

function columnsOf(table: Table, detail: 'columns' | 'full', context: OperationContext): ModelColumn[] {
  return table.fields.map((field) => {
    const key = visibleKeyOf(table, field, context)
    const required =
      !field.allowNull && field.default === undefined && !field.autoIncrement && !field.isGenerated
    return {
      name: field.name,
      type: field.type === 'reference' ? 'integer' : field.type,
      ...(table.primaryKey.includes(field.name) ? { pk: true as const } : {}),
      ...(required ? { required: true as const } : {}),
      ...(key ? { fk: `${key.refTable}.${key.refFields[0] ?? ''}` } : {}),
      ...(detail === 'full' && field.values ? { values: firstOf(field.values) } : {}),
    }
  })
}

/** Most values of an enum that the model tells. */
const MOST_VALUES = 12

function firstOf(values: readonly string[]): string {
  return [...values.slice(0, MOST_VALUES), ...(values.length > MOST_VALUES ? ['…'] : [])].join('|')
}

/** Tables in which every word of the search occurs, those with hits in the table's name first. */
function ranked(tables: readonly Table[], search: string, context: OperationContext): Table[] {
  const words = search
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '')
  return tables
    .map((table) => ({ table, score: scoreOf(table, words, context) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.table.name < b.table.name ? -1 : 1))
    .map(({ table }) => table)
}

function scoreOf(table: Table, words: readonly string[], { caller, service }: OperationContext): number {
  const name = table.name.toLowerCase()
  const describable = canReadSchema(caller.policy, service.info.name, table.name)
  const inside = describable
    ? [table.description ?? '', ...table.fields.map((field) => `${field.name} ${field.description ?? ''}`)]
        .join(' ')
        .toLowerCase()
    : ''
  const scores = words.map((word): number => {
    const stem = word.replace(/(ies|es|s)$/, '')
    if (name === word) return 8
    if (name.includes(stem)) return 4
    return inside.includes(stem) ? 1 : 0
  })
  return scores.every((score) => score > 0) ? scores.reduce((sum, score) => sum + score, 0) : 0
}
