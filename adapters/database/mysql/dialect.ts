import { MysqlQueryCompiler, sql } from 'kysely'
import type { Aggregate } from '../../../src/core/database/query.ts'
import { AppError } from '../../../src/core/errors.ts'
import type { Fragment, SqlDialect } from '../sql/dialect.ts'
import type { ColumnKind } from '../sql/value-type.ts'
import { createBind } from './bind.ts'
import { mysqlExpressions } from './expression-words.ts'
import type { Parameter } from './parameter.ts'
import type { ServerFacts } from './server-facts.ts'
import { textPattern } from './text-pattern.ts'

interface DialectOptions {
  /** Largest statement that the server takes; absent: as large as may be. */
  readonly maxPacketBytes?: number
  readonly returning: ServerFacts['returning']
  /** Time zone of the sessions. */
  readonly timezone: string
  /** The database whose tables are named `database.table`; absent: names are bare, a dot is part of them. */
  readonly otherDatabase: string | undefined
}

/** MySQL and MariaDB differ in what RETURNING they have. */
export function createDialect({
  maxPacketBytes,
  returning,
  timezone,
  otherDatabase,
}: DialectOptions): SqlDialect<Parameter> {
  return {
    createQueryCompiler: () => new MysqlQueryCompiler(),
    table: (name) => sql.id(...pathOf(name, otherDatabase)),
    maxParameters: 65_535, // the protocol counts them in two bytes
    ...(maxPacketBytes === undefined ? {} : { maxBytes: maxPacketBytes / 2 }),
    nullsAre: 'smallest',
    nullsBy: 'case',
    limit: (rows, offset) => (offset ? sql`limit ${rows} offset ${offset}` : sql`limit ${rows}`),
    lock: sql`for update`,
    havingByAggregate: true,
    match: (_op, column, pattern) =>
      sql`convert(${column} using utf8mb4) collate utf8mb4_bin regexp ${pattern}`,
    pattern: textPattern,
    upsert,
    emptyInsert: sql`() values ()`,
    bind: createBind(timezone),
    expressions: mysqlExpressions,
    returning,
    compare: (column, op, value, kind) =>
      isGeometry(kind) ? sql`${column} ${op} ${textAsShape(value)}` : undefined,
    aggregate: aggregateSql,
    readAs: (column, kind) => (isGeometry(kind) ? shapeAsText(column) : column),
    writeAs: (value, kind) => (isGeometry(kind) ? textAsShape(value) : value),
  }
}

/** Database and table, or the table alone. */
export function pathOf(name: string, otherDatabase: string | undefined): string[] {
  return otherDatabase !== undefined && name.startsWith(`${otherDatabase}.`)
    ? [otherDatabase, name.slice(otherDatabase.length + 1)]
    : [name]
}

/**
 * ON DUPLICATE KEY answers to a clash of any unique key, also of one that this server has and our schema does not. When the row that is
 * there does not have the key that is named, another one has clashed: the exponent is then out of range, and the statement fails with 1690.
 */
function upsert(keys: readonly string[], fields: readonly string[]): Fragment {
  const same = keys.map((key) => sql`${sql.id(key)} <=> values(${sql.id(key)})`)
  const [first = ''] = keys
  const guard = sql`${sql.id(first)} = if(exp(if(${sql.join(same, sql` and `)}, 0, 710)) > 0, ${sql.id(first)}, null)`
  const others = fields.filter((field) => !keys.includes(field))
  const sets = others.map((field) => sql`${sql.id(field)} = values(${sql.id(field)})`)
  return sql`on duplicate key update ${sql.join([guard, ...sets])}`
}

/** The least bits are the text of a number. Shapes have no order. */
function aggregateSql({ function: name, field }: Aggregate, column: Fragment, kind: ColumnKind) {
  if (name !== 'MIN' && name !== 'MAX') return undefined
  if (isGeometry(kind))
    throw new AppError('bad_request', `${name} cannot be asked for: '${field}' is ${kind.dbType}.`, {
      hint: 'COUNT and COUNT_DISTINCT take such fields.',
    })
  return /^bit\b/i.test(kind.dbType) ? sql`${sql.raw(name.toLowerCase())}(${column} + 0)` : undefined
}

const GEOMETRY =
  /^(geometry|point|linestring|polygon|multi(point|linestring|polygon)|geom(etry)?collection)\b/i

function isGeometry({ dbType }: ColumnKind): boolean {
  return GEOMETRY.test(dbType)
}

/** `POINT(1 2)`, or `SRID=4326;POINT(1 2)` where there is a reference system. */
function shapeAsText(column: Fragment): Fragment {
  return sql`concat(if(st_srid(${column}) = 0, '', concat('SRID=', st_srid(${column}), ';')), st_astext(${column}))`
}

/** MariaDB makes null of what is no shape: then the power is out of range, and the statement fails with 1690. */
function textAsShape(value: Fragment): Fragment {
  const shape = sql`substring_index(${value}, ';', -1)`
  const system = sql`if(${value} like 'SRID=%;%', substring_index(substring(${value}, 6), ';', 1), '0')`
  const guard = sql`pow(10, if(${value} is null or st_geomfromtext(${shape}) is not null, 0, 400))`
  return sql`st_geomfromtext(${shape}, cast(${system} as unsigned) * ${guard})`
}
