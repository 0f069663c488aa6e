/** Where a table or routine stands in the database, its parts as the catalogue spells them. */
export interface QualifiedName {
  /** Absent: wherever a bare name means. */
  readonly schema?: string
  readonly name: string
}

/**
 * The name by which callers know it: bare in the default schema, `schema.name` elsewhere. A name that would not find its way
 * back is qualified in the default schema too: one with a dot in it (`public.a.b`), and one that PostgreSQL's own catalogue
 * may have as well (`public.pg_class`), because that is searched first. A schema with a dot is quoted: `"a.b".name`.
 */
export function shownName(schema: string, name: string, defaultSchema: string | null): string {
  const isPlain = schema === defaultSchema && !name.includes('.') && !name.startsWith('pg_')
  return isPlain ? name : qualified(schema, name)
}

/** The other way: what `shownName` wrote, taken apart. A text it never writes is a name in the default schema. */
export function splitName(shown: string): QualifiedName {
  const [, quoted, bare, name] = /^(?:"((?:[^"]|"")*)"|([^".][^.]*))\.(.+)$/s.exec(shown) ?? []
  const schema = quoted?.replaceAll('""', '"') ?? bare
  return schema === undefined || name === undefined ? { name: shown } : { schema, name }
}

function qualified(schema: string, name: string): string {
  const isPlain = schema !== '' && !schema.includes('.') && !schema.startsWith('"')
  return `${isPlain ? schema : `"${schema.replaceAll('"', '""')}"`}.${name}`
}
