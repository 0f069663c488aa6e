import type { ColumnDefault, Field, ForeignKey, SimpleType } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type DefaultExpression, defaultExpression, unusableDefault } from '../sql/default-expression.ts'
import { foreignKeyRule } from '../sql/foreign-key-rule.ts'
import type { SchemaWords } from './schema-words.ts'
import { pathOf } from './table-name.ts'

/** Column types by simple type (dreamfactory-rest §5.3). A small number may be negative, which a `tinyint` is not. */
const NATIVE: Readonly<Record<SimpleType, string>> = {
  id: 'int',
  bigid: 'bigint',
  reference: 'int',
  integer: 'int',
  bigint: 'bigint',
  smallint: 'smallint',
  tinyint: 'smallint',
  boolean: 'bit',
  decimal: 'decimal(38,10)',
  money: 'money',
  float: 'real',
  double: 'float',
  string: 'nvarchar',
  text: 'nvarchar(max)',
  binary: 'varbinary(max)',
  date: 'date',
  time: 'time(0)',
  timetz: 'time(0)',
  datetime: 'datetime2(0)',
  datetimetz: 'datetimeoffset(0)',
  timestamp: 'datetime2(0)',
  timestamptz: 'datetimeoffset(0)',
  json: 'nvarchar(max)',
  jsonb: 'nvarchar(max)',
  uuid: 'uniqueidentifier',
  array: 'nvarchar(max)',
  object: 'nvarchar(max)',
}

/** Longer ones are `nvarchar(max)`. */
const LONGEST_TEXT = 4000

/** A word with a length, or a precision and scale: nothing that could end the column's definition. */
const TYPE_PATTERN = /^[a-z][a-z0-9_]*( ?\(\s*(max|\d{1,5}\s*(,\s*\d{1,5}\s*)?)\))?$/i

/** Words that would begin a constraint or another attribute. */
const NOT_A_TYPE =
  /^(as|check|collate|constraint|default|identity|key|not|null|on|persisted|primary|references|rowguidcol|sparse|unique)\b/i

/** A column of a new table, or one that is added. */
export function column(field: Field, primaryKey: readonly string[]): string {
  if (field.isGenerated)
    throw new AppError('not_supported', `Field '${field.name}': computed fields cannot be created.`)
  const isAutomatic = field.autoIncrement || field.type === 'id' || field.type === 'bigid'
  const parts = [quoted(field.name), nativeType(field)]
  if (isAutomatic) parts.push('identity(1, 1)')
  parts.push(!field.allowNull || primaryKey.includes(field.name) ? 'not null' : 'null')
  if (!isAutomatic && field.default !== undefined && field.default !== null)
    parts.push(`default ${defaultText(field.default, field)}`)
  if (isAutomatic && !primaryKey.includes(field.name)) parts.push('unique')
  if (isDocument(field)) parts.push(`check (${documentRule(field.name)})`)
  return parts.join(' ')
}

/** A column that is there, with another type or none. */
export function changedColumn(field: Field, { hasNullWord }: Pick<SchemaWords, 'hasNullWord'>): string {
  const type = `${quoted(field.name)} ${nativeType(field)}`
  return hasNullWord ? `${type} ${field.allowNull ? 'null' : 'not null'}` : type
}

function nativeType({ name, type, dbType, length, precision, scale }: Field): string {
  if (dbType !== '') {
    if (TYPE_PATTERN.test(dbType) && !NOT_A_TYPE.test(dbType)) return dbType
    throw new AppError('bad_request', `Field '${name}' has an unknown database type.`)
  }
  const native = NATIVE[type]
  if (type === 'string') return `nvarchar(${(length ?? 255) > LONGEST_TEXT ? 'max' : (length ?? 255)})`
  const digits = precision ?? length
  if (type !== 'decimal' || digits === undefined) return native
  return scale === undefined ? `decimal(${digits})` : `decimal(${digits},${scale})`
}

const DOCUMENTS: ReadonlySet<SimpleType> = new Set<SimpleType>(['json', 'jsonb', 'array', 'object'])

export function isDocument({ type, dbType }: Pick<Field, 'type' | 'dbType'>): boolean {
  return dbType === '' && DOCUMENTS.has(type)
}

/** The database has no type of documents; by itself it takes no single value for one, in a list it does. */
export function documentRule(name: string): string {
  return `isjson(N'[' + ${quoted(name)} + N']') = 1`
}

const EXPRESSIONS: Readonly<Record<DefaultExpression, string>> = {
  CURRENT_TIMESTAMP: 'getdate()',
  CURRENT_DATE: 'cast(getdate() as date)',
  CURRENT_TIME: 'cast(getdate() as time)',
}

export function defaultText(value: Exclude<ColumnDefault, null>, { name }: Pick<Field, 'name'>): string {
  switch (typeof value) {
    case 'boolean':
      return value ? '1' : '0'
    case 'number':
      if (Number.isFinite(value)) return String(value)
      break
    case 'string':
      return textLiteral(value)
    default: {
      const expression = defaultExpression(value)
      if (expression !== undefined) return `(${EXPRESSIONS[expression]})`
    }
  }
  throw unusableDefault(name)
}

/** Nothing in it is anything but text: with quotes doubled there is no other way to end it. */
function textLiteral(text: string): string {
  return `N'${text.replaceAll("'", "''")}'`
}

export function foreignKey({ name, fields, refTable, refFields, onUpdate, onDelete }: ForeignKey): string {
  if (refFields.length === 0)
    throw new AppError(
      'bad_request',
      `The foreign key on ${fields.join(', ')} must name the fields it refers to.`,
    )
  const constraint = name === undefined ? '' : `constraint ${quoted(name)} `
  return `${constraint}foreign key (${list(fields)}) references ${quotedTable(refTable)} (${list(refFields)}) on update ${ruleOf(onUpdate)} on delete ${ruleOf(onDelete)}`
}

/** The server has no word for RESTRICT: it looks at once in either case. */
function ruleOf(text: string): string {
  const rule = foreignKeyRule(text)
  return rule === 'RESTRICT' ? 'NO ACTION' : rule
}

export function quotedTable(name: string): string {
  return pathOf(name).map(quoted).join('.')
}

export function list(names: readonly string[]): string {
  return names.map(quoted).join(', ')
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
