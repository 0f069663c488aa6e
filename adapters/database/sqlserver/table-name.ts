/** Where a table or routine stands in the database. */
interface QualifiedName {
  /** Absent: wherever a bare name means. */
  readonly schema?: string
  readonly name: string
}

/**
 * The name by which callers know it: bare in the login's own schema, `schema.name` elsewhere. A name with a dot in it is qualified there
 * too, and a schema with one is quoted: `"a.b".name`.
 */
export function shownName(schema: string, name: string, ownSchema: string): string {
  if (schema === ownSchema && !name.includes('.')) return name
  const isPlain = schema !== '' && !schema.includes('.') && !schema.startsWith('"')
  return `${isPlain ? schema : `"${schema.replaceAll('"', '""')}"`}.${name}`
}

/** The other way. A text that `shownName` never writes is a bare name. */
export function splitName(shown: string): QualifiedName {
  const [, quoted, bare, name] = /^(?:"((?:[^"]|"")*)"|([^".][^.]*))\.(.+)$/s.exec(shown) ?? []
  const schema = quoted?.replaceAll('""', '"') ?? bare
  return schema === undefined || name === undefined ? { name: shown } : { schema, name }
}

/** Its parts, from the outer one on. */
export function pathOf(shown: string): readonly string[] {
  const { schema, name } = splitName(shown)
  return schema === undefined ? [name] : [schema, name]
}

/** The login's own schema as the catalogue spells it, which may be in other letters than the session does. */
export function spelledSchema(schemas: readonly unknown[], own: string): string {
  const spelled = schemas.map(String)
  if (spelled.includes(own)) return own
  return spelled.find((schema) => schema.toLowerCase() === own.toLowerCase()) ?? own
}
