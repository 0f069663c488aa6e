import type { DescribedTable } from '../operations/database/describe.ts'
import { describeTable } from '../operations/database/describe-table.ts'
import { listFields } from '../operations/database/list-fields.ts'
import { listRelationships } from '../operations/database/list-relationships.ts'
import { listAnswer } from './answer.ts'
import { flag } from './options.ts'
import type { RestContext } from './rest-deps.ts'
import type { RestRequest } from './rest-request.ts'
import { unsupportedVerb } from './unsupported.ts'

/** `_schema/{table}`, its `_field[/{name}]`, `_related[/{name}]`, and `{name}` as short for a field. */
export async function tableSchema(request: RestRequest, { run }: RestContext): Promise<string> {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const [, table = '', part, name] = request.path
  const input = { table_name: table, refresh: flag(request, 'refresh') }
  if (part === undefined) return JSON.stringify(wholeTable(await run(describeTable, input)))
  if (part === '_related') {
    const { relationships } = await run(listRelationships, {
      ...input,
      ...(name && { relationship_name: name }),
    })
    return name ? JSON.stringify(withAlias(relationships[0])) : parts(request, relationships)
  }
  const field = part === '_field' ? name : part
  const { fields } = await run(listFields, { ...input, ...(field && { field_name: field }) })
  return field ? JSON.stringify(withAlias(fields[0])) : parts(request, fields)
}

/** On the wire, the fields and relations of a whole table have aliases too. */
export function wholeTable(table: DescribedTable) {
  return { ...table, field: table.field.map(withAlias), related: table.related.map(withAlias) }
}

function parts(request: RestRequest, items: readonly { readonly name: string }[]): string {
  return listAnswer(request, flag(request, 'as_list') ? items.map(({ name }) => name) : items.map(withAlias))
}

function withAlias(item: object | undefined): object {
  return { alias: null, ...item }
}
