import type { ColumnDefault, Field, ForeignKey, SimpleType } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { defaultExpression, unusableDefault } from '../sql/default-expression.ts'
import { foreignKeyRule } from '../sql/foreign-key-rule.ts'

/** Column types by simple type (dreamfactory-rest §5.3). */
const NATIVE: Readonly<Record<SimpleType, string>> = {
  id: 'INTEGER',
  bigid: 'INTEGER',
  reference: 'INTEGER',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  smallint: 'SMALLINT',
  tinyint: 'TINYINT',
  boolean: 'TINYINT(1)',
  decimal: 'DECIMAL',
  money: 'DECIMAL(19,4)',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  text: 'TEXT',
  binary: 'BLOB',
  date: 'DATE',
  time: 'TIME',
  timetz: 'TIME',
  datetime: 'DATETIME',
  datetimetz: 'DATETIME',
  timestamp: 'TIMESTAMP',
  timestamptz: 'TIMESTAMP',
  json: 'JSON',
  jsonb: 'JSON',
  uuid: 'UUID',
  array: 'TEXT',
  object: 'JSON',
}

/** The types that a STRICT table has (sqlite.org/stricttables.html §2), for those whose values they keep as what they are. */
const STRICT: Readonly<Partial<Record<SimpleType, string>>> = {
  integer: 'INTEGER',
  bigint: 'INTEGER',
  reference: 'INTEGER',
  float: 'REAL',
  double: 'REAL',
  text: 'TEXT',
  binary: 'BLOB',
}

/** The same for a field of a STRICT table. Throws `bad_request` for a type that such a table does not have. */
export function asStrict(field: Field): Field {
  const native = field.dbType === '' ? STRICT[field.type] : field.dbType
  if (native !== undefined && /^(int|integer|real|text|blob|any)$/i.test(native))
    return { ...field, dbType: native }
  throw new AppError(
    'bad_request',
    `The table is STRICT: it takes no field of the type of '${field.name}'.`,
    {
      hint: `Such a table has fields of the types ${Object.keys(STRICT).join(', ')}.`,
      context: { field: field.name },
    },
  )
}

/** Words with a length or a precision and scale: nothing that could end the column's definition. */
const TYPE_PATTERN = /^[a-z][a-z0-9_]*( [a-z][a-z0-9_]*){0,3}( ?\(\s*\d{1,5}\s*(,\s*\d{1,5}\s*)?\))?$/i

/** Words that would begin a constraint. */
const NOT_A_TYPE =
  /\b(as|always|check|collate|constraint|default|deferrable|generated|key|not|null|on|primary|references|unique)\b/i

export function rowIdColumn(field: Field): string {
  return `${quoted(field.name)} INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL`
}

export function column(field: Field, primaryKey: readonly string[]): string {
  if (field.isGenerated)
    throw new AppError('not_supported', `Field '${field.name}': computed fields cannot be created.`)
  const parts = [quoted(field.name), nativeType(field, primaryKey)]
  if (!field.allowNull || primaryKey.includes(field.name)) parts.push('NOT NULL')
  if (field.default !== undefined && field.default !== null)
    parts.push(`DEFAULT ${literal(field.default, field)}`)
  return parts.join(' ')
}

function nativeType(field: Field, primaryKey: readonly string[]): string {
  const { name, type, dbType, length, precision, scale } = field
  if (dbType !== '') {
    if (TYPE_PATTERN.test(dbType) && !NOT_A_TYPE.test(dbType)) return dbType
    throw new AppError('bad_request', `Field '${name}' has an unknown database type.`)
  }
  const native = NATIVE[type]
  if (type === 'string') return `${native}(${length ?? 255})`
  // A single key of the very type INTEGER would be numbered by SQLite when it is not given.
  if (native === 'INTEGER' && primaryKey.length === 1 && primaryKey[0] === name) return 'INT'
  const digits = precision ?? length
  if (type !== 'decimal' || digits === undefined) return native
  return scale === undefined ? `${native}(${digits})` : `${native}(${digits},${scale})`
}

function literal(value: Exclude<ColumnDefault, null>, { name }: Field): string {
  switch (typeof value) {
    case 'boolean':
      return value ? '1' : '0'
    case 'number':
      if (Number.isFinite(value)) return String(value)
      break
    case 'string':
      return `'${value.replaceAll("'", "''")}'`
    default: {
      const expression = defaultExpression(value)
      if (expression !== undefined) return expression
    }
  }
  throw unusableDefault(name)
}

export function foreignKey({ name, fields, refTable, refFields, onUpdate, onDelete }: ForeignKey): string {
  const target = refFields.length > 0 ? ` (${list(refFields)})` : ''
  const constraint = name === undefined ? '' : `CONSTRAINT ${quoted(name)} `
  return `${constraint}FOREIGN KEY (${list(fields)}) REFERENCES ${quoted(refTable)}${target} ON UPDATE ${foreignKeyRule(onUpdate)} ON DELETE ${foreignKeyRule(onDelete)}`
}

export function list(names: readonly string[]): string {
  return names.map(quoted).join(', ')
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
