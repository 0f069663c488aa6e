import type { ColumnKind } from '../sql/value-type.ts'

/** The first words of a type as the catalogue spells it, without its sizes: `TIMESTAMP WITH TIME ZONE`. */
export function spelledAs({ dbType }: Pick<ColumnKind, 'dbType'>): string {
  return dbType
    .replaceAll(/\([^)]*\)/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .toUpperCase()
}

const LARGE_TEXTS: ReadonlySet<string> = new Set(['CLOB', 'NCLOB', 'JSON'])

/** A text that is a large object, or comes as one. */
export function isLargeText(kind: Pick<ColumnKind, 'dbType'>): boolean {
  return LARGE_TEXTS.has(spelledAs(kind))
}

const TEXTS: ReadonlySet<string> = new Set([
  'VARCHAR2',
  'NVARCHAR2',
  'VARCHAR',
  'CHAR',
  'NCHAR',
  'ROWID',
  'UROWID',
])

/** Text as it is, or the value of a text's function. */
export function isText({ dbType, type }: ColumnKind): boolean {
  return dbType === '' ? type === 'text' : TEXTS.has(spelledAs({ dbType }))
}
