import type { CallOptions } from '../../../src/core/database/adapter.ts'
import { type Connection, ownStatement } from '../sql/connection.ts'
import type { DescribedSchema } from './adapter.ts'
import type { CatalogueRow } from './catalogue-rows.ts'
import type { CatalogueForm, Forms } from './catalogue-statements.ts'
import { firstTaken } from './less.ts'
import { storedName } from './names.ts'
import type { Parameter } from './parameter.ts'

export type CatalogueConnection = Pick<Connection<Parameter>, 'read'>

/** A statement over the catalogue: what each of its columns is, and where they come from. */
export interface CatalogueQuery<K extends string> {
  readonly columns: Readonly<Record<K, string>>
  /** `from …`, with `:1`, `:2` … for the parameters. */
  readonly from: string
  readonly parameters?: readonly string[]
}

export async function readOwn<K extends string>(
  connection: CatalogueConnection,
  { columns, from, parameters = [] }: CatalogueQuery<K>,
  options: CallOptions,
): Promise<readonly CatalogueRow<K>[]> {
  const names = Object.keys(columns)
  const statement = ownStatement<Parameter>(catalogueText(columns, from), names, parameters)
  const result = await connection.read(statement, 'rows', options)
  const rows = 'rows' in result ? result.rows : JSON.parse(result.json)
  // The names are the keys of `columns`, and the catalogue holds texts alone once numbers are read as such.
  return rows as readonly CatalogueRow<K>[]
}

export function catalogueText(columns: Readonly<Record<string, string>>, from: string): string {
  const selected = Object.entries(columns).map(([name, expression]) => `${expression} as "${name}"`)
  return `select ${selected.join(', ')} ${from}`
}

/** Which owner's things have names without owner: `null` is never one's name. */
export async function readDefaultOwner(
  connection: CatalogueConnection,
  options: CallOptions,
): Promise<string> {
  const [row] = await firstTaken(
    DEFAULT_OWNER.map((columns) => () => readOwn(connection, { columns, from: 'from dual' }, options)),
    options,
  )
  return String(row?.owner ?? '')
}

/** The schema that bare names mean; where that is not told, it is the user's, unless `statements` chose another. */
export const DEFAULT_OWNER = [
  { owner: "sys_context('USERENV', 'CURRENT_SCHEMA')" },
  { owner: 'user' },
] as const

/** Whose tables and routines are shown: a condition on a column, with its parameters. */
export interface Owners {
  readonly among: (column: string) => string
  readonly parameters: readonly string[]
}

/**
 * The condition, and the one for a server that does not tell its own users from others. The schema of the session is one of those that
 * are shown, also where the database brought it along.
 */
export function ownersOf(
  { schema, server }: DescribedSchema,
  defaultOwner: string,
): readonly [Owners, ...Owners[]] {
  if (schema !== '') {
    const owner = schema === 'default' ? defaultOwner : storedName(schema)
    return [{ among: (column) => `${column} = :1`, parameters: [owner] }]
  }
  const condition = (text: string): Owners => ({
    among: (column) => `(${column} = :1 or ${column} ${text})`,
    parameters: [defaultOwner],
  })
  const byName = condition(`not in (${MAINTAINED.map((name) => `'${name}'`).join(', ')})`)
  if (!server.hasRowLimit) return [byName]
  return [condition("in (select username from all_users where oracle_maintained = 'N')"), byName]
}

interface FormReading {
  readonly owners: Owners
  readonly options: CallOptions
}

/** What the first of the forms that the server takes answers. */
export function readForms<K extends string>(
  connection: CatalogueConnection,
  forms: Forms<K>,
  { owners, options }: FormReading,
): Promise<readonly CatalogueRow<K>[]> {
  const read = ({ columns, from, owner = 'owner', order = '' }: CatalogueForm<K>) =>
    readOwn(
      connection,
      {
        columns,
        from: `${from} and ${owners.among(owner)} ${order}`.trimEnd(),
        parameters: owners.parameters,
      },
      options,
    )
  return firstTaken(
    forms.map((form) => () => read(form)),
    options,
  )
}

/** The same for the first of a catalogue's statements, with the condition on owners that the server took. */
export function readOwnersThings<K extends string>(
  connection: CatalogueConnection,
  forms: Forms<K>,
  {
    scope,
    defaultOwner,
    options,
  }: { readonly scope: DescribedSchema; readonly defaultOwner: string; readonly options: CallOptions },
): Promise<{ readonly owners: Owners; readonly rows: readonly CatalogueRow<K>[] }> {
  return firstTaken(
    ownersOf(scope, defaultOwner).map((owners) => async () => ({
      owners,
      rows: await readForms(connection, forms, { owners, options }),
    })),
    options,
  )
}

/** Owners that the database brings along, before ALL_USERS told so (12.1): Administrator's Guide 11.2, "Predefined User Accounts". */
const MAINTAINED = [
  'ANONYMOUS',
  'APEX_030200',
  'APEX_PUBLIC_USER',
  'APPQOSSYS',
  'CTXSYS',
  'DBSNMP',
  'DIP',
  'DMSYS',
  'EXFSYS',
  'FLOWS_FILES',
  'LBACSYS',
  'MDDATA',
  'MDSYS',
  'MGMT_VIEW',
  'OLAPSYS',
  'ORACLE_OCM',
  'ORDDATA',
  'ORDPLUGINS',
  'ORDSYS',
  'OUTLN',
  'OWBSYS',
  'OWBSYS_AUDIT',
  'SI_INFORMTN_SCHEMA',
  'SPATIAL_CSW_ADMIN_USR',
  'SPATIAL_WFS_ADMIN_USR',
  'SYS',
  'SYSMAN',
  'SYSTEM',
  'TSMSYS',
  'WK_TEST',
  'WKPROXY',
  'WKSYS',
  'WMSYS',
  'XDB',
  'XS$NULL',
]
