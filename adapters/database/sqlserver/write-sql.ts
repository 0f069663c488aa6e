import { sql } from 'kysely'
import type { DeleteParts, Fragment, InsertParts, UpdateParts, WriteWords } from '../sql/dialect.ts'

/** Around statements that take effect all together. */
export const BEGIN = 'begin transaction'
export const COMMIT = 'commit transaction'
export const ROLLBACK = 'rollback transaction'

/** How a write gives its rows back: inside of the statement, or by statements around it. */
export interface Giving {
  /** Behind the columns of an insert and the values of an update; begins with a space. */
  clause(parts: InsertParts | UpdateParts): Fragment
  /** Once, before everything. */
  before(parts: InsertParts | UpdateParts): readonly Fragment[]
  /** After each statement. */
  after(parts: InsertParts | UpdateParts): readonly Fragment[]
  delete(parts: DeleteParts): Fragment
}

/** By OUTPUT, as the server has it. */
export const byOutput: Giving = {
  clause: ({ returned }) => output(returned('inserted')),
  before: () => [],
  after: () => [],
  delete: ({ table, where, returned }) => deletion(table, output(returned('deleted')), where),
}

export function createWrites(giving: Giving): WriteWords {
  return {
    insert: (parts) => insertSql(parts, giving),
    update: (parts) => {
      const { table, sets, where } = parts
      const update = sql`update ${table} set ${sql.join(sets)}${giving.clause(parts)} where ${where}`
      return inOrder([...giving.before(parts), update, ...giving.after(parts)])
    },
    delete: giving.delete,
  }
}

/**
 * Rows that are given back are inserted one after the other, for the server gives those of one statement back in any order; all
 * together or none.
 */
function insertSql(parts: InsertParts, giving: Giving): Fragment {
  const { columns, rows, conflict, returned } = parts
  const isUpsert = conflict?.keys.every((key) => columns.includes(key)) ?? false
  const isEach = isUpsert || (rows.length > 1 && returned('inserted').length > 0)
  const one = isUpsert ? upsertion : insertion
  const statements = isEach
    ? rows.flatMap((row) => [one(parts, [row], giving), ...giving.after(parts)])
    : [insertion(parts, rows, giving), ...giving.after(parts)]
  return inOrder([
    ...giving.before(parts),
    ...(isEach ? [sql.raw(BEGIN)] : []),
    ...numbered(parts, 'on'),
    ...statements,
    ...numbered(parts, 'off'),
    ...(isEach ? [sql.raw(COMMIT)] : []),
  ])
}

function insertion(parts: InsertParts, rows: readonly (readonly Fragment[])[], giving: Giving): Fragment {
  const { table, columns } = parts
  if (columns.length === 0) return defaults(parts, giving.clause(parts))
  const names = columns.map((column) => sql.id(column))
  const values = rows.map((row) => sql`(${sql.join(row)})`)
  return sql`insert into ${table} (${sql.join(names)})${giving.clause(parts)} values ${sql.join(values)}`
}

/** Babelfish has no DEFAULT VALUES behind OUTPUT (its tsqlUnsupportedFeatureHandler.cpp): a column is named where there is one. */
function defaults(parts: InsertParts, clause: Fragment): Fragment {
  const { table, returned } = parts
  const column = returned('inserted').length > 0 ? freeColumn(parts) : undefined
  if (column === undefined) return sql`insert into ${table}${clause} default values`
  return sql`insert into ${table} (${sql.id(column)})${clause} values (default)`
}

/**
 * The row of a key is looked for under a lock that holds its place too, so nobody else inserts it before this transaction ends: without
 * MERGE, which promises no such thing.
 */
function upsertion(parts: InsertParts, rows: readonly (readonly Fragment[])[], giving: Giving): Fragment {
  const { table, columns, conflict } = parts
  const valueFor = (column: string) => rows[0]?.[columns.indexOf(column)] ?? sql`null`
  const same = (conflict?.keys ?? []).map((key) => sql`${sql.id(key)} = ${valueFor(key)}`)
  const set = (conflict?.set ?? []).filter((column) => !conflict?.keys.includes(column))
  const sets = set.map((column) => sql`${sql.id(column)} = ${valueFor(column)}`)
  const written = sets.length > 0 ? sets : [unchanged(parts)]
  const update = sql`update ${table} with (updlock, holdlock) set ${sql.join(written)}${giving.clause(parts)} where ${sql.join(same, AND)}`
  return sql`${update}; if @@rowcount = 0 ${insertion(parts, rows, giving)}`
}

/** A row that has nothing but its key is set to itself, so that it is found, counted and given back. */
function unchanged(parts: InsertParts): Fragment {
  const column = sql.id(freeColumn(parts) ?? '')
  return sql`${column} = ${column}`
}

/** A column that anybody may write. */
function freeColumn({ definition: { fields } }: InsertParts): string | undefined {
  const free = fields.find((field) => !field.isGenerated && !field.autoIncrement && !field.isVirtual)
  return free?.column ?? free?.name
}

/** A number that the server would give by itself is taken only when it is told so. */
function numbered({ definition, table, columns }: InsertParts, word: 'on' | 'off'): readonly Fragment[] {
  const field = definition.fields.find(({ autoIncrement }) => autoIncrement)
  if (!field || !columns.includes(field.column ?? field.name)) return []
  return [sql`set identity_insert ${table} ${sql.raw(word)}`]
}

export function deletion(table: Fragment, clause: Fragment, where: Fragment | undefined): Fragment {
  return sql`delete from ${table}${clause}${where ? sql` where ${where}` : NOTHING}`
}

function output(columns: readonly Fragment[]): Fragment {
  return columns.length === 0 ? NOTHING : sql` output ${sql.join(columns)}`
}

export function inOrder(statements: readonly Fragment[]): Fragment {
  return sql.join(statements, sql`; `)
}

const NOTHING = sql``
const AND = sql` and `
