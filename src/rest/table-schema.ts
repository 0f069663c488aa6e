import { AppError } from '../core/errors.ts'
import { plainText } from '../core/plain-text.ts'
import { describeTable } from '../operations/database/describe-table.ts'
import { listFields } from '../operations/database/list-fields.ts'
import { listRelationships } from '../operations/database/list-relationships.ts'
import { listAnswer } from './answer.ts'
import { flag, list } from './options.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { writeTableSchema } from './write-schema.ts'

/** `_schema/{table}`, its `_field[/{name}]`, `_related[/{name}]`, and `{name}` as short for a field. */
export async function tableSchema(request: RestRequest, context: RestContext): Promise<string> {
  if (request.verb !== 'GET') return writeTableSchema(request, context)
  const { run } = context
  const [, table = '', part, name] = request.path
  const input = { table_name: table, refresh: flag(request, 'refresh') }
  if (part === undefined) return JSON.stringify(await run(describeTable, input))
  if (part === '_related') {
    const { relationships } = await run(listRelationships, {
      ...input,
      ...(name && { relationship_name: name }),
    })
    return name ? JSON.stringify(relationships[0]) : parts(request, relationships, 'relationships')
  }
  const field = part === '_field' ? name : part
  const { fields } = await run(listFields, { ...input, ...(field && { field_name: field }) })
  return field ? JSON.stringify(fields[0]) : parts(request, fields, 'fields')
}

interface Part {
  readonly name: string
  readonly alias: string | null
}

function parts(request: RestRequest, items: readonly Part[], what: string): string {
  const ids = list(request, 'ids') ?? []
  const chosen = ids.length > 0 ? ids.map((id) => partNamed(plainText(id), items, what)) : items
  return listAnswer(request, flag(request, 'as_list') ? chosen.map(({ name }) => name) : chosen)
}

function partNamed(id: string, items: readonly Part[], what: string): Part {
  const isMeant = (name: string | null) => name?.toLowerCase() === id.toLowerCase()
  const found = items.find(({ name, alias }) => isMeant(name) || isMeant(alias))
  if (found) return found
  throw new AppError('not_found', `No requested ${what} found: '${id.slice(0, 200)}'.`)
}
