import type { ColumnDefault, Field, ForeignKey, SimpleType } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { type DefaultExpression, defaultExpression, unusableDefault } from '../sql/default-expression.ts'
import { foreignKeyRule } from '../sql/foreign-key-rule.ts'
import { pathOf } from './dialect.ts'

/** What the text of new tables is made of. */
export interface NewTables {
  /** Blank: that of the database. */
  readonly collation: string
  /** The database's own character set holds all of Unicode. */
  readonly isUnicode: boolean
  /** As the dialect has it. */
  readonly otherDatabase: string | undefined
}

/** Column types by simple type (dreamfactory-rest §5.3). A timestamp ends in 2038 and moves with the session's zone: `datetime` does neither. */
const NATIVE: Readonly<Record<SimpleType, string>> = {
  id: 'int',
  bigid: 'bigint',
  reference: 'int',
  integer: 'int',
  bigint: 'bigint',
  smallint: 'smallint',
  tinyint: 'tinyint',
  boolean: 'tinyint(1)',
  decimal: 'decimal(38,10)',
  money: 'decimal(19,4)',
  float: 'float',
  double: 'double',
  string: 'varchar',
  text: 'longtext',
  binary: 'longblob',
  date: 'date',
  time: 'time',
  timetz: 'time',
  datetime: 'datetime',
  datetimetz: 'datetime',
  timestamp: 'datetime',
  timestamptz: 'datetime',
  json: 'json',
  jsonb: 'json',
  uuid: 'char(36)',
  array: 'json',
  object: 'json',
}

/** Words with a length or a precision and scale: nothing that could end the column's definition. */
const TYPE_PATTERN =
  /^[a-z][a-z0-9_]*( [a-z][a-z0-9_]*){0,3}( ?\(\s*\d{1,5}\s*(,\s*\d{1,5}\s*)?\))?( unsigned)?$/i

/** Words that would begin a constraint or another attribute. */
const NOT_A_TYPE =
  /\b(after|as|auto_increment|check|collate|comment|constraint|default|first|generated|invisible|key|not|null|on|primary|references|storage|unique|virtual)\b/i

export function column(field: Field, primaryKey: readonly string[]): string {
  if (field.isGenerated)
    throw new AppError('not_supported', `Field '${field.name}': computed fields cannot be created.`)
  const isAutomatic = field.autoIncrement || field.type === 'id' || field.type === 'bigid'
  const parts = [quoted(field.name), nativeType(field)]
  // Without a word a timestamp would be not null and take the time of each change.
  parts.push(!field.allowNull || primaryKey.includes(field.name) ? 'not null' : 'null')
  if (isAutomatic) parts.push('auto_increment')
  else if (field.default !== undefined && field.default !== null)
    parts.push(`default ${literal(field.default, field)}`)
  if (isAutomatic && !primaryKey.includes(field.name)) parts.push('unique')
  return parts.join(' ')
}

function nativeType({ name, type, dbType, length, precision, scale }: Field): string {
  if (dbType !== '') {
    if (TYPE_PATTERN.test(dbType) && !NOT_A_TYPE.test(dbType)) return dbType
    throw new AppError('bad_request', `Field '${name}' has an unknown database type.`)
  }
  const native = NATIVE[type]
  if (type === 'string') return `${native}(${length ?? 255})`
  const digits = precision ?? length
  if (type !== 'decimal' || digits === undefined) return native
  return scale === undefined ? `decimal(${digits})` : `decimal(${digits},${scale})`
}

/** As columns of any type take them. */
const EXPRESSIONS: Readonly<Record<DefaultExpression, string>> = {
  CURRENT_TIMESTAMP: 'current_timestamp',
  CURRENT_DATE: '(curdate())',
  CURRENT_TIME: '(curtime())',
}

/** Texts are written as their bytes: whatever the modes of the server, nothing in them is anything but text. */
function literal(value: Exclude<ColumnDefault, null>, { name, type }: Field): string {
  switch (typeof value) {
    case 'boolean':
      return value ? '1' : '0'
    case 'number':
      if (Number.isFinite(value)) return String(value)
      break
    case 'string': {
      const text = `_utf8mb4 x'${Buffer.from(value, 'utf8').toString('hex')}'`
      // Types without a length take an expression only.
      return NEEDS_EXPRESSION.has(type) ? `(${text})` : text
    }
    default: {
      const expression = defaultExpression(value)
      if (expression !== undefined) return EXPRESSIONS[expression]
    }
  }
  throw unusableDefault(name)
}

const NEEDS_EXPRESSION: ReadonlySet<SimpleType> = new Set<SimpleType>([
  'text',
  'json',
  'jsonb',
  'array',
  'object',
])

export function foreignKey(
  { name, fields, refTable, refFields, onUpdate, onDelete }: ForeignKey,
  newTables: NewTables,
): string {
  if (refFields.length === 0)
    throw new AppError(
      'bad_request',
      `The foreign key on ${fields.join(', ')} must name the fields it refers to.`,
    )
  const constraint = name === undefined ? '' : `constraint ${quoted(name)} `
  return `${constraint}foreign key (${list(fields)}) references ${quotedTable(refTable, newTables)} (${list(refFields)}) on update ${foreignKeyRule(onUpdate)} on delete ${foreignKeyRule(onDelete)}`
}

export function quotedTable(name: string, { otherDatabase }: NewTables): string {
  return pathOf(name, otherDatabase).map(quoted).join('.')
}

export function list(names: readonly string[]): string {
  return names.map(quoted).join(', ')
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``
}
