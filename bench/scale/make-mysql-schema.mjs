/**
 * Writes SQL for a large MySQL or MariaDB schema: tables with keys, defaults, indexes, checks and comments; the same world
 * as make-pgsql-schema.mjs makes.
 *
 *   mysql -e 'create database scale' && node bench/scale/make-mysql-schema.mjs 2000 20 | mysql scale
 */
const tables = Number(process.argv[2] ?? 2000)
const columns = Number(process.argv[3] ?? 20)

/** After the key, the reference and the two that are indexed, columns take these in turn. */
const KINDS = [
  'varchar(80)',
  "varchar(200) DEFAULT 'none'",
  'decimal(12,2) NOT NULL DEFAULT 0',
  'boolean NOT NULL DEFAULT true',
  'timestamp NULL DEFAULT CURRENT_TIMESTAMP',
  'int',
  'json',
  'date',
  'bigint CHECK (%name > 0)',
  'char(36)',
  "enum('new', 'open', 'paid')",
  'double',
]

const name = (table) => `table_${String(table).padStart(4, '0')}`
const columnName = (column) => `column_${String(column).padStart(2, '0')}`

function createTable(table) {
  const parts = [
    'id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY',
    'parent_id bigint',
    `code varchar(40) NOT NULL UNIQUE COMMENT 'What people call it'`,
    'created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP',
  ]
  for (let column = parts.length; column < columns; column++) {
    const kind = KINDS[(table + column) % KINDS.length]
    parts.push(`${columnName(column)} ${kind.replace('%name', columnName(column))}`)
  }
  const keys = ['KEY (created_at)']
  if (table > 0) {
    keys.push(`FOREIGN KEY (parent_id) REFERENCES ${name(Math.floor(table / 2))} (id) ON DELETE CASCADE`)
  }
  return `CREATE TABLE ${name(table)} (${[...parts.slice(0, columns), ...keys].join(', ')})
    COMMENT 'Table ${table} of a large schema';`
}

for (let table = 0; table < tables; table++) console.log(createTable(table))
