import { z } from 'zod'
import type { Field, Relation, Table } from '../../core/database/schema.ts'
import { findByName } from '../../core/names.ts'
import { defineOperation, type OperationContext } from '../../core/operation.ts'
import { visibleKeyOf } from './describe.ts'
import { oneLine, visibleEstimate } from './list-tables.ts'
import { relationName, visibleRelations } from './relations.ts'
import { searchTables } from './search-tables.ts'
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

interface ModelRelation {
  readonly name: string
  readonly type: string
  readonly table: string
  /** The table between. */
  readonly through?: string
}

export interface ModelTable {
  readonly name: string
  readonly description?: string
  readonly is_view?: true
  /** Estimate from statistics. */
  readonly rows?: number
  /** It only ties rows of these tables to each other. */
  readonly junction?: readonly string[]
  readonly columns?: readonly ModelColumn[]
  readonly relations?: readonly ModelRelation[]
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
    const chosen = request.tables?.length
      ? request.tables.map((name) => visibleOnly(findTable(schema, name, context), readable, name))
      : readable
    const search = request.search?.trim() ?? ''
    const found = search === '' ? chosen : searchTables(chosen, search, context)
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
    ...(table.description ? { description: oneLine(table.description) } : {}),
    ...(table.isView ? { is_view: true as const } : {}),
    ...(rows === undefined ? {} : { rows }),
    ...(mayDescribe && detail !== 'names'
      ? { ...junctionOf(table, context), columns: columnsOf(table, detail, context) }
      : {}),
    ...(mayDescribe && detail === 'full'
      ? { relations: visibleRelations(schema, table, context).map(relationOf) }
      : {}),
  }
}

function relationOf(relation: Relation): ModelRelation {
  const { type, refService, refTable, junction } = relation
  return {
    name: relationName(relation),
    type,
    table: refService ? `${refService}.${refTable}` : refTable,
    ...(junction ? { through: junction.table } : {}),
  }
}

/** A table whose key is made of references to other tables alone. */
function junctionOf(table: Table, context: OperationContext): Pick<ModelTable, 'junction'> {
  const keys = table.primaryKey.map((name) => {
    const field = findByName(table.fieldByName, name)
    return field && visibleKeyOf(table, field, context)
  })
  const tables = keys.flatMap((key) => key?.refTable ?? [])
  return keys.length > 1 && tables.length === keys.length ? { junction: tables } : {}
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
      ...valuesOf(field, detail),
    }
  })
}

/** Most values of an enum that the model tells; without `full` only short lists, whole. */
const MOST_VALUES = 12
const SHORT_VALUES = 60

function valuesOf({ values, picklist }: Field, detail: 'columns' | 'full'): Pick<ModelColumn, 'values'> {
  const given = values ?? picklist
  if (!given || given.length === 0) return {}
  const text = firstOf(given)
  const isShort = given.length <= MOST_VALUES && text.length <= SHORT_VALUES
  return detail === 'full' || isShort ? { values: text } : {}
}

function firstOf(values: readonly string[]): string {
  return [...values.slice(0, MOST_VALUES), ...(values.length > MOST_VALUES ? ['…'] : [])].join('|')
}
