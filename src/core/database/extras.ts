import type { ExtraType, Relation, SimpleType } from './schema.ts'
import type { Json } from './value.ts'

/** What is kept of tables beside the database that has them (dreamfactory-rest §5). Names are those of the database. */
export interface FieldExtras {
  readonly alias?: string
  readonly label?: string
  readonly description?: string
  readonly picklist?: readonly string[]
  /** Rules by name, each with its options (dreamfactory-rest §5.2). */
  readonly validation?: Readonly<Record<string, Json>>
  readonly functions?: readonly FieldFunction[]
  readonly extraType?: ExtraType
  /** The clients' own; the server makes nothing of it. */
  readonly clientInfo?: Json
  /** Not a column: what its function computes. */
  readonly virtual?: { readonly type: SimpleType; readonly isAggregate?: true }
}

export const FUNCTION_USES = ['SELECT', 'FILTER', 'INSERT', 'UPDATE'] as const
type FunctionUse = (typeof FUNCTION_USES)[number]

interface FieldFunction {
  readonly uses: readonly FunctionUse[]
  /** `UPPER({value})` */
  readonly text: string
}

export interface RelationExtras {
  readonly alias?: string
  readonly label?: string
  readonly description?: string
  readonly alwaysFetch?: true
  readonly flatten?: true
  readonly flattenDropPrefix?: true
}

/** A relation that no foreign key of the database declares. Services by their ids: a service may get another name. */
export interface VirtualRelation extends RelationExtras {
  readonly type: Relation['type']
  readonly fields: readonly string[]
  /** Absent: the same service. */
  readonly refServiceId?: number
  readonly refTable: string
  readonly refFields: readonly string[]
  readonly junction?: {
    readonly serviceId?: number
    readonly table: string
    readonly fields: readonly string[]
    readonly refFields: readonly string[]
  }
}

export interface TableExtras {
  readonly alias?: string
  readonly label?: string
  readonly plural?: string
  readonly description?: string
  readonly nameField?: string
  /** The column that tells whether a row was changed. */
  readonly versionField?: string
  readonly fields: Readonly<Record<string, FieldExtras>>
  /** Of relations that the database declares, by their names. */
  readonly relations: Readonly<Record<string, RelationExtras>>
  readonly virtualRelations: readonly VirtualRelation[]
}

/** All of one service. */
export interface ServiceExtras {
  /** Changes whenever anything in it changes. */
  readonly version: string
  /** By the table's name as the database spells it. */
  readonly tables: ReadonlyMap<string, TableExtras>
  /** Another one whenever tables of the database were changed through the server: then the catalogue is read again. */
  readonly catalogue: string
  /** The names of tables by their aliases in lower case. */
  readonly tableByAlias: ReadonlyMap<string, string>
}

export const NO_TABLE_EXTRAS: TableExtras = { fields: {}, relations: {}, virtualRelations: [] }
export const NO_EXTRAS: ServiceExtras = {
  version: '',
  tables: new Map(),
  tableByAlias: new Map(),
  catalogue: '',
}
