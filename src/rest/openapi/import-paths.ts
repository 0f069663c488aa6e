import { checkImport } from '../../operations/database/import/check-import.ts'
import { describeCall, inPath, type Paths } from './describe-call.ts'
import { type JsonSchema, listOf, objectOf, oneOfWords, TEXT, wrapped } from './json-schema.ts'
import type { PathContext } from './table-paths.ts'

const COUNT: JsonSchema = { type: 'integer' }
const MAYBE_TEXT: JsonSchema = { type: ['string', 'null'] }

const IMPORT: JsonSchema = objectOf(
  {
    id: COUNT,
    table: TEXT,
    status: oneOfWords(['running', 'done', 'failed', 'cancelled']),
    rows_total: COUNT,
    rows_done: COUNT,
    message: MAYBE_TEXT,
    created_date: TEXT,
    finished_date: MAYBE_TEXT,
  },
  ['id', 'table', 'status', 'rows_total', 'rows_done', 'message', 'created_date', 'finished_date'],
)

/** `_import`: rows in the background. `tables` are those the caller may add records to; one address names a table or an import. */
export function importPaths(
  tables: readonly string[],
  { names, prefix, service, tag, capabilities }: PathContext,
): Paths {
  if (tables.length === 0 || !checkImport.needs.every((capability) => capabilities.has(capability))) return {}
  const target = (schema: JsonSchema, description: string) => [inPath('target', schema, description)]
  const ofImport = target(COUNT, 'The id of an import.')
  return {
    [`${prefix}/_import`]: {
      get: describeCall({
        id: names.operation('list', service, 'Imports'),
        tag,
        summary: 'Your imports, the newest first',
        answer: wrapped(IMPORT),
      }),
    },
    [`${prefix}/_import/{target}`]: {
      post: describeCall({
        id: names.operation('start', service, 'Import'),
        tag,
        summary: 'Rows into a table, in the background',
        description: 'The body may also be CSV (text/csv) or a JSON object a line (application/x-ndjson).',
        parameters: target(oneOfWords(tables), 'The table.'),
        body: objectOf({ resource: listOf({ type: 'object' }) }, ['resource']),
        answer: IMPORT,
      }),
      get: describeCall({
        id: names.operation('get', service, 'Import'),
        tag,
        summary: 'How far an import is',
        parameters: ofImport,
        answer: IMPORT,
      }),
      delete: describeCall({
        id: names.operation('cancel', service, 'Import'),
        tag,
        summary: 'Stops an import',
        parameters: ofImport,
        answer: IMPORT,
      }),
    },
  }
}
