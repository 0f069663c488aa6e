import type { TableChange } from '../../../src/core/database/adapter.ts'
import type { Field, ForeignKey, TableDefinition } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { asStrict, column, foreignKey, list, quoted } from './column-definition.ts'
import { type Clause, type ColumnText, parseTable, type TableText } from './table-text.ts'

/** The text that makes a table as it is to be, under another name: what nobody changes is written as it stands. */
export function newTableText(
  sql: string,
  change: TableChange & { readonly table: TableDefinition },
  name: string,
): string {
  const text = parseTable(sql)
  if (!text) throw new AppError('not_supported', `'${change.table.name}' is no table that can be changed.`)
  requireDroppable(text, change)
  const isStrict = /\bSTRICT\b/i.test(text.options)
  const fits = (field: Field) => (isStrict && !field.autoIncrement ? asStrict(field) : field)
  const meant = { ...change, change: change.change.map(fits) }
  const columns = text.columns.filter((one) => !isOneOf(change.drop, one.name))
  const parts = [
    ...columns.map((one) => columnNow(one, meant)),
    ...change.add.map((field) => column(fits(field), [])),
    ...text.constraints.filter((rule) => staysRule(rule, change)).map((rule) => rule.text),
    ...change.addUniqueKeys.map((fields) => `UNIQUE (${list(fields)})`),
    ...change.addForeignKeys.map(foreignKey),
  ]
  return `CREATE TABLE ${quoted(name)} (${parts.join(', ')}) ${text.options}`.trim()
}

/** Without its key a row would be another one. */
function requireDroppable(
  { columns, constraints }: TableText,
  { drop, table }: TableChange & { table: TableDefinition },
): void {
  const inKey = [
    ...columns
      .filter(({ clauses }) => clauses.some(({ kind }) => kind === 'PRIMARY'))
      .map(({ name }) => name),
    ...constraints.filter(({ kind }) => kind === 'PRIMARY').flatMap((rule) => rule.columns),
  ]
  const field = drop.find((one) => isOneOf(inKey, one))
  if (field !== undefined)
    throw new AppError(
      'bad_request',
      `Field '${field}' is part of the primary key of '${table.name}': it cannot be dropped.`,
    )
}

function columnNow(was: ColumnText, change: TableChange & { readonly table: TableDefinition }): string {
  const field = change.change.find(({ name }) => isOneOf([name], was.name))
  const kept = was.clauses.filter(
    (clause) =>
      !isDroppedReference(clause, [was.name], change) && !isDroppedUnique(clause, [was.name], change),
  )
  if (!field) return [was.head, ...kept.map(({ text }) => text)].join(' ')
  if (kept.some(({ kind }) => kind === 'GENERATED' || kind === 'AS'))
    throw new AppError(
      'not_supported',
      `Field '${was.name}' is computed by the database: it cannot be changed.`,
    )
  const stays = kept.filter(({ kind }) => !REWRITTEN.has(kind))
  return [headNow(was, field, change.table), ...stays.map(({ text }) => text)].join(' ')
}

/** What the field itself says; everything else in a column's text stays. */
const REWRITTEN: ReadonlySet<string> = new Set(['NOT', 'NULL', 'DEFAULT'])

/** The number that SQLite gives to rows is of one type only. */
function headNow(was: ColumnText, field: Field, { fields }: TableDefinition): string {
  const before = fields.find(({ name }) => isOneOf([name], was.name))
  if (before?.autoIncrement !== field.autoIncrement)
    throw new AppError('not_supported', `Whether '${was.name}' counts by itself cannot be changed.`)
  if (!field.autoIncrement) return column({ ...field, name: was.name }, [])
  return field.allowNull ? was.head : `${was.head} NOT NULL`
}

function staysRule(rule: Clause, change: TableChange): boolean {
  if (rule.kind === 'CHECK') return true
  if (rule.columns.some((one) => isOneOf(change.drop, one))) return false
  if (isDroppedUnique(rule, rule.columns, change)) return false
  return !isDroppedReference(rule, rule.columns, change)
}

function isDroppedReference(
  { kind }: Clause,
  columns: readonly string[],
  { dropForeignKeys }: Pick<TableChange, 'dropForeignKeys'>,
): boolean {
  if (kind !== 'FOREIGN' && kind !== 'REFERENCES') return false
  return dropForeignKeys.some((key: ForeignKey) => sameNames(key.fields, columns))
}

function isDroppedUnique(
  { kind }: Clause,
  columns: readonly string[],
  { dropUniqueKeys = [] }: Pick<TableChange, 'dropUniqueKeys'>,
): boolean {
  return kind === 'UNIQUE' && dropUniqueKeys.some((key) => sameNames(key, columns))
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.join('\u0000').toLowerCase() === right.join('\u0000').toLowerCase()
}

/** SQLite's names are the same in any case. */
function isOneOf(names: readonly string[], name: string): boolean {
  return names.some((one) => one.toLowerCase() === name.toLowerCase())
}
