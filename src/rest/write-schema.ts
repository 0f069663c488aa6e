import { AppError } from '../core/errors.ts'
import { plainText } from '../core/plain-text.ts'
import { describeTable } from '../operations/database/describe-table.ts'
import { listFields } from '../operations/database/list-fields.ts'
import { listRelationships } from '../operations/database/list-relationships.ts'
import { dropFields } from '../operations/database/schema/drop-fields.ts'
import { dropTables } from '../operations/database/schema/drop-tables.ts'
import { rename } from '../operations/database/schema/rename.ts'
import { createFields, replaceFields, updateFields } from '../operations/database/schema/write-fields.ts'
import {
  createRelations,
  dropRelations,
  replaceRelations,
  updateRelations,
} from '../operations/database/schema/write-relations.ts'
import { createTables, replaceTables, updateTables } from '../operations/database/schema/write-tables.ts'
import { listAnswer } from './answer.ts'
import { isObject, wrappedRecords } from './body.ts'
import { booleanIn, flag, list } from './options.ts'
import { picked } from './picked.ts'
import { queryText } from './query.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { unsupportedVerb } from './unsupported.ts'

/** By verb: what writes tables, fields and relationships (dreamfactory-rest §5.5). */
const TABLES = { POST: createTables, PUT: replaceTables, PATCH: updateTables } as const
const FIELDS = { POST: createFields, PUT: replaceFields, PATCH: updateFields } as const
const RELATIONS = { POST: createRelations, PUT: replaceRelations, PATCH: updateRelations } as const

function writerOf<T extends Readonly<Record<string, unknown>>>(writers: T, request: RestRequest): T[keyof T] {
  const writer = Object.entries(writers).find(([verb]) => verb === request.verb)?.[1]
  if (writer === undefined) throw unsupportedVerb(request)
  // Found under one of its own keys.
  return writer as T[keyof T]
}

/** `POST`, `PUT`, `PATCH` and `DELETE` of `_schema`. */
export async function writeTables(request: RestRequest, { run }: RestContext): Promise<string> {
  const force = flag(request, 'force')
  if (request.verb === 'DELETE') {
    const { names } = await run(dropTables, { names: namesOf(request), force })
    return listAnswer(request, names.map(named))
  }
  const check_exist = booleanIn('check_exist', queryText(request.query, 'check_exist'))
  const input = { tables: itemsOf(request.body), force, check_exist }
  const { names } = await run(writerOf(TABLES, request), input)
  const fields = list(request, 'fields')
  if (!fields) return listAnswer(request, names.map(named))
  const whole = await Promise.all(names.map((table_name) => run(describeTable, { table_name })))
  return listAnswer(
    request,
    whole.map((table) => picked(table, fields)),
  )
}

/** The same of `_schema/{table}`, of its `_field[/{name}]` or `{name}`, and of its `_related[/{name}]`. */
export async function writeTableSchema(request: RestRequest, context: RestContext): Promise<string> {
  const [, table_name = '', part, name] = request.path
  if (part === undefined) return writeTable(request, table_name, context)
  if (part === '_related') return writeRelations(request, { table_name, name }, context)
  return writeFields(request, { table_name, name: part === '_field' ? name : part }, context)
}

async function writeTable(request: RestRequest, table_name: string, { run }: RestContext): Promise<string> {
  const force = flag(request, 'force')
  if (request.verb === 'DELETE') {
    await run(dropTables, { names: [table_name], force })
    return DONE
  }
  const newName = newNameIn(request)
  if (newName !== undefined)
    return JSON.stringify(await run(rename, { table_name, new_name: newName, force }))
  const body = isObject(request.body) && Object.keys(request.body).length > 0 ? [request.body] : []
  const { names } = await run(writerOf(TABLES, request), { tables: body, table_name, force })
  const fields = list(request, 'fields')
  if (!fields) return JSON.stringify(names.map(named)[0])
  return JSON.stringify(picked(await run(describeTable, { table_name }), fields))
}

/** `{"new_name": "…"}`, a request of its own. Throws `bad_request` beside anything else. */
function newNameIn({ body, verb }: RestRequest): unknown {
  if (!isObject(body) || !Object.hasOwn(body, NEW_NAME)) return undefined
  if (verb === 'PATCH' && Object.keys(body).length === 1) return body[NEW_NAME]
  throw new AppError('bad_request', `'${NEW_NAME}' is a PATCH of its own, with nothing beside it.`, {
    context: { attribute: NEW_NAME },
  })
}

const NEW_NAME = 'new_name'

interface Part {
  readonly table_name: string
  /** Absent: the collection. */
  readonly name: string | undefined
}

async function writeFields(request: RestRequest, part: Part, { run }: RestContext): Promise<string> {
  const { table_name, name } = part
  const force = flag(request, 'force')
  if (request.verb === 'DELETE') {
    await run(dropFields, { table_name, field_names: name === undefined ? namesOf(request) : [name], force })
    return DONE
  }
  const newName = name === undefined ? undefined : newNameIn(request)
  if (newName !== undefined)
    return JSON.stringify(await run(rename, { table_name, field_name: name, new_name: newName, force }))
  const given = { table_name, fields: givenParts(request, name), force }
  const { names } = await run(writerOf(FIELDS, request), {
    ...given,
    ...(name !== undefined && { field_name: name }),
  })
  return partsAnswer(request, part, names, async () => (await run(listFields, { table_name })).fields)
}

async function writeRelations(request: RestRequest, part: Part, { run }: RestContext): Promise<string> {
  const { table_name, name } = part
  if (request.verb === 'DELETE') {
    await run(dropRelations, {
      table_name,
      relationship_names: name === undefined ? namesOf(request) : [name],
    })
    return DONE
  }
  const given = { table_name, relationships: givenParts(request, name) }
  const { names } = await run(writerOf(RELATIONS, request), {
    ...given,
    ...(name !== undefined && { relationship_name: name }),
  })
  return partsAnswer(
    request,
    part,
    names,
    async () => (await run(listRelationships, { table_name })).relationships,
  )
}

/** Names of what was written; with `fields` the definitions. */
async function partsAnswer(
  request: RestRequest,
  { name }: Part,
  names: readonly string[],
  read: () => Promise<readonly { readonly name: string; readonly alias: string | null }[]>,
): Promise<string> {
  const fields = list(request, 'fields')
  const written = new Set(names.map((one) => one.toLowerCase()))
  const items = fields
    ? (await read())
        .filter((one) =>
          [one.name, one.alias].some((word) => word !== null && written.has(word.toLowerCase())),
        )
        .map((one) => picked(one, fields))
    : names.map(named)
  return name === undefined ? listAnswer(request, items) : JSON.stringify(items[0] ?? { name })
}

function givenParts({ body }: RestRequest, name: string | undefined): readonly unknown[] {
  if (name === undefined) return itemsOf(body)
  return isObject(body) && Object.keys(body).length > 0 ? [body] : []
}

/** Items of a body: wrapped, a bare list, or one object that has a name. */
function itemsOf(body: unknown): readonly unknown[] {
  return wrappedRecords(body) ?? (isObject(body) && Object.keys(body).length > 0 ? [body] : [])
}

/** From `ids`, or the names of the items of the body. */
function namesOf(request: RestRequest): readonly string[] {
  const ids = list(request, 'ids')
  const items = ids ?? itemsOf(request.body)
  return items
    .map((item) => plainText(isObject(item) ? (item.name ?? '') : item))
    .filter((name) => name !== '')
}

function named(name: string): { readonly name: string } {
  return { name }
}

const DONE = '{"success":true}'
