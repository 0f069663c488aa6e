import type { CallOptions } from '../../../src/core/database/adapter.ts'
import type { Routine, RoutineKind, RoutineParameter } from '../../../src/core/database/query.ts'
import type { SchemaScope } from '../sql/server-config.ts'
import {
  type CatalogueConnection,
  type CatalogueRow,
  firstThatAnswers,
  grouped,
  idOf,
  isTrue,
  readIfThere,
  readOwn,
} from './catalogue-rows.ts'
import { nativeType } from './describe-tables.ts'
import { defaultsOf } from './parameter-defaults.ts'
import { readProcedureColumns } from './procedure-columns.ts'
import { COMMENTS, MODULES, PARAMETERS, ROUTINES } from './routine-statements.ts'
import type { ServerFacts } from './server-facts.ts'
import { STANDARD_ROUTINES } from './standard-statements.ts'
import { shownName, spelledSchema } from './table-name.ts'

interface Described {
  readonly scope: SchemaScope
  readonly facts: ServerFacts
}

/** The procedures or functions that callers can be offered. A name has one signature. */
export async function readRoutines(
  connection: CatalogueConnection,
  kind: RoutineKind,
  { scope, facts }: Described,
  options: CallOptions,
): Promise<Routine[]> {
  const schema = (scope.schema === 'default' ? facts.schema : scope.schema).toLowerCase()
  const all = await readAll(connection, options)
  const own = spelledSchema(
    all.map((row) => row.schema),
    facts.schema,
  )
  const routines = all.filter(
    (row) => kindOf(row) === kind && (schema === '' || String(row.schema).toLowerCase() === schema),
  )
  if (routines.length === 0) return []
  const found = await readIfThere(connection, PARAMETERS, options)
  const parameters = found.length > 0 ? found : await readProcedureColumns(connection, routines, options)
  const comments = await readIfThere(connection, COMMENTS, options)
  const modules = await readIfThere(connection, MODULES, options)
  const byRoutine = grouped(parameters, idOf)
  const commentOf = new Map(comments.map((row) => [idOf(row), String(row.text ?? '')]))
  const textOf = new Map(modules.map((row) => [idOf(row), String(row.text ?? '')]))
  return routines.map((row): Routine => {
    const ofRow = byRoutine.get(idOf(row)) ?? []
    const comment = commentOf.get(idOf(row))
    const defaults = defaultsOf(textOf.get(idOf(row)) ?? '')
    return {
      name: shownName(String(row.schema), String(row.name), own),
      key: [kind, idOf(row), String(row.schema), String(row.name), String(row.type).trim()].join(BETWEEN),
      kind,
      parameters: ofRow
        .filter(({ place }) => Number(place) > 0)
        .map((parameter) => describeParameter(parameter, defaults)),
      ...(kind === 'function' ? { returns: returnOf(row, ofRow) } : {}),
      ...(comment ? { description: comment } : {}),
    }
  })
}

type RoutineRow = CatalogueRow<'id' | 'schema' | 'name' | 'type'>

/** Some servers call every function one with a value; the views of the standard know better which gives a table. */
async function readAll(connection: CatalogueConnection, options: CallOptions): Promise<RoutineRow[]> {
  const standard = await readIfThere(connection, STANDARD_ROUTINES, options)
  const keyOf = (row: CatalogueRow<'schema' | 'name'>) => `${row.schema}${BETWEEN}${row.name}`.toLowerCase()
  const tables = new Set(standard.filter(({ gives }) => /^table$/i.test(String(gives))).map(keyOf))
  const rows = await firstThatAnswers<RoutineRow[]>([
    () => readOwn(connection, ROUTINES, options),
    async () =>
      standard.map(({ schema, name, kind }) => ({
        id: keyOf({ schema, name }),
        schema,
        name,
        type: /^procedure$/i.test(String(kind)) ? 'P' : 'FN',
      })),
  ])
  return rows.map((row) =>
    kindOf(row) === 'function' && tables.has(keyOf(row)) && !isTableType(row.type)
      ? { ...row, type: 'TF' }
      : row,
  )
}

/** No name holds the character between them. */
const BETWEEN = '\u0000'

/** Schema and name of a routine, and whether it gives a table. */
export function partsOf({ key }: Pick<Routine, 'key'>): {
  readonly schema: string
  readonly name: string
  readonly isTable: boolean
} {
  const [, , schema = '', name = '', type = ''] = key.split(BETWEEN).slice(-5)
  return { schema, name, isTable: isTableType(type) }
}

/** learn.microsoft.com, sys.objects: P and PC are procedures, FN and FS give a value, IF, TF and FT a table. */
function isTableType(type: unknown): boolean {
  return /^(IF|TF|FT)$/.test(String(type).trim())
}

function kindOf({ type }: CatalogueRow<'type'>): RoutineKind {
  return String(type).trim().startsWith('P') ? 'procedure' : 'function'
}

export type ParameterRow = CatalogueRow<
  'id' | 'name' | 'place' | 'is_output' | 'type' | 'base' | 'max_length' | 'precision' | 'scale'
>

/** What a procedure gives out it may take as well: the catalogue does not tell, and who gives nothing gives null. */
function describeParameter(row: ParameterRow, defaults: ReadonlyMap<string, string>): RoutineParameter {
  const value = defaults.get(String(row.name).toLowerCase())
  return {
    name: String(row.name).replace(/^@/, ''),
    position: Number(row.place),
    mode: isTrue(row.is_output) ? 'INOUT' : 'IN',
    ...nativeType(row),
    ...(value === undefined ? {} : { default: value }),
  }
}

function returnOf(
  row: CatalogueRow<'type'>,
  parameters: readonly ParameterRow[],
): NonNullable<Routine['returns']> {
  if (isTableType(row.type)) return { type: 'object', dbType: 'table', isSet: true }
  const result = parameters.find(({ place }) => Number(place) === 0)
  const { type, dbType } = result ? nativeType(result) : ({ type: 'string', dbType: 'sql_variant' } as const)
  return { type, dbType, isSet: false }
}
