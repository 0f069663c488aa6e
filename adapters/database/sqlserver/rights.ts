import type { CallOptions } from '../../../src/core/database/adapter.ts'
import {
  type CatalogueConnection,
  type CatalogueRow,
  firstThatAnswers,
  isTrue,
  readIfThere,
  readOwn,
} from './catalogue-rows.ts'

/** What the login could do beyond reading, for who looks after the service: in the whole database, then on what it has rights of its own. */
export async function notesOnRights(
  connection: CatalogueConnection,
  isReadOnly: boolean,
  options: CallOptions,
): Promise<readonly string[]> {
  const [row] = await readIfThere(connection, IN_DATABASE, options)
  if (!row) return isReadOnly ? [`${NO_READ_ONLY} The server does not tell what the login could do.`] : []
  if (isTrue(row.control))
    return [
      `${isReadOnly ? `${NO_READ_ONLY} ` : ''}The login owns the database and could do anything in it: give the service one with fewer rights.`,
    ]
  if (!isReadOnly) return []
  const held = RIGHTS.filter((right) => isTrue(row[right]))
  const objects = await firstThatAnswers([
    () => readOwn(connection, ON_OBJECTS, options),
    async () => undefined,
  ])
  const all = [
    ...(held.length > 0 ? [`${wordsOf(held)} in the whole database`] : []),
    ...onObjects(
      objects ?? [],
      RIGHTS.filter((right) => !held.includes(right)),
    ),
  ]
  const unknown =
    objects === undefined ? ' The server does not tell what it could do with single tables.' : ''
  if (all.length === 0) return [`${NO_READ_ONLY} The login was given no right to change anything.${unknown}`]
  return [
    `${NO_READ_ONLY} The login could ${all.join('; ')}: give the service one that has SELECT alone.${unknown}`,
  ]
}

const NO_READ_ONLY =
  'SQL Server has no read-only transactions: only that Sluice sends no change keeps this service from writing.'

/** Rights that change something; SELECT and VIEW DEFINITION change nothing. */
const RIGHTS = ['insert', 'update', 'delete', 'execute', 'alter'] as const
type Right = (typeof RIGHTS)[number]

/** learn.microsoft.com/en-us/sql/t-sql/functions/has-perms-by-name-transact-sql */
const IN_DATABASE = {
  columns: {
    insert: "has_perms_by_name(db_name(), 'DATABASE', 'INSERT')",
    update: "has_perms_by_name(db_name(), 'DATABASE', 'UPDATE')",
    delete: "has_perms_by_name(db_name(), 'DATABASE', 'DELETE')",
    execute: "has_perms_by_name(db_name(), 'DATABASE', 'EXECUTE')",
    alter: "has_perms_by_name(db_name(), 'DATABASE', 'ALTER')",
    control: "has_perms_by_name(db_name(), 'DATABASE', 'CONTROL')",
  },
  from: '',
}

const onObject = (right: Right) =>
  `has_perms_by_name(quotename(s.name) + '.' + quotename(o.name), 'OBJECT', '${right.toUpperCase()}')`

/** Tables, views and procedures: what functions do is reading. A right on the schema is one on each of them. */
const ON_OBJECTS = {
  columns: {
    schema: 's.name',
    name: 'o.name',
    insert: onObject('insert'),
    update: onObject('update'),
    delete: onObject('delete'),
    execute: onObject('execute'),
    alter: onObject('alter'),
  },
  from: `from sys.objects o join sys.schemas s on s.schema_id = o.schema_id
    where o.type in ('U', 'V', 'P', 'PC') and o.is_ms_shipped = 0 order by s.name, o.name`,
}

/** `UPDATE on dbo.orders, dbo.items and 3 more` */
function onObjects(
  rows: readonly CatalogueRow<'schema' | 'name' | Right>[],
  rights: readonly Right[],
): readonly string[] {
  return rights.flatMap((right) => {
    const names = rows.filter((row) => isTrue(row[right])).map(({ schema, name }) => `${schema}.${name}`)
    if (names.length === 0) return []
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : ''
    return `${right.toUpperCase()} on ${names.slice(0, MOST_NAMES).join(', ')}${more}`
  })
}

const MOST_NAMES = 5

function wordsOf(rights: readonly string[]): string {
  return rights.map((right) => right.toUpperCase()).join(', ')
}
