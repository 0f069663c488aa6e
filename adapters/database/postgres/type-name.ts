import type { ColumnKind } from '../sql/value-type.ts'

/** A type as `format_type` writes it, taken apart: `numeric(10,2)[]` → `numeric`, 10, array. */
interface TypeName {
  /** Without modifiers and brackets: `timestamp without time zone`. Of an array, its elements'. */
  readonly base: string
  /** The first modifier: length or precision. */
  readonly precision: number | undefined
  readonly isArray: boolean
}

export function typeName(dbType: string): TypeName {
  const isArray = dbType.endsWith('[]')
  const element = dbType.replace(/(\[\])+$/, '')
  const precision = /\((\d+)[,)]/.exec(element)?.[1]
  const base = element.startsWith('"') ? element : element.replace(/\(.*?\)/, '').replace(/\s+/g, ' ')
  return { base, precision: precision === undefined ? undefined : Number(precision), isArray }
}

/** A row type, as `format_type` writes it: an identifier that the database has quoted where it needs to be. */
const IDENTIFIER = /^([a-z_][a-z0-9_$]*|"([^"]|"")+")(\.([a-z_][a-z0-9_$]*|"([^"]|"")+"))?$/

/** Columns whose type is a row: objects on the wire. */
export function isComposite({ type, dbType }: ColumnKind): boolean {
  return type === 'json' && dbType !== 'json' && dbType !== 'jsonb' && IDENTIFIER.test(dbType)
}
