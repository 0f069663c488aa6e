import { AppError } from '../../core/errors.ts'
import { isFormParts } from '../../http/form-parts.ts'
import { importTable } from '../../operations/database/import/import-table.ts'
import { wrappedRecords } from '../body.ts'
import { queryText } from '../query.ts'
import type { RestRequest } from '../rest-request.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { refuseImportUrl } from './import-url.ts'
import type { SystemHandler } from './system-handler.ts'

/**
 * `POST system/import`: a CSV file as a new table of a service (dreamfactory-rest §7.2), in a form, or as the body itself. What the
 * caller may do with that service decides.
 */
export const importFile: SystemHandler = async (request, { caller, deps, signal }) => {
  if (request.verb !== 'POST' || request.path.length > 1) throw unsupportedVerb(request)
  refuseImportUrl(request)
  const { rows, fileName } = await rowsOf(request)
  const wanted = option(request, 'service') ?? DEFAULT_SERVICE
  const info = deps.services.find(wanted)
  if (!info || !caller.policy.reaches(info.name))
    throw new AppError('not_found', `Could not find a service for ${wanted}`, {
      hint: "Name the service of the new table: 'service'.",
    })
  const name = option(request, 'resource') ?? tableNameOf(fileName)
  const input = { table_name: name, rows }
  await deps.execute(importTable, { service: info.name, input, caller, services: deps.services, signal })
  return JSON.stringify({ resource: `/api/v2/${info.name}/_table/${encodeURIComponent(name)}` })
}

/** Of the original. */
const DEFAULT_SERVICE = 'db'

function option({ query, body }: RestRequest, name: string): string | undefined {
  const value = queryText(query, name) ?? (isFormParts(body) ? body.fields.get(name) : undefined)
  return value?.trim() || undefined
}

async function rowsOf({ body }: RestRequest): Promise<{ readonly rows: unknown; readonly fileName: string }> {
  const inBody = wrappedRecords(body)
  if (inBody && inBody.length > 0) return { rows: inBody, fileName: '' }
  const files = isFormParts(body) ? body.files : []
  const [file] = files
  if (!file || files.length > 1)
    throw new AppError('bad_request', "Send one CSV file, as the field 'file' of a form, or CSV as the body.")
  const { parseCsv } = await import('../../http/csv-body.ts')
  return { rows: wrappedRecords(parseCsv(textOf(file.bytes))), fileName: file.name }
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new AppError('bad_request', 'The file is not UTF-8 text.', { cause })
  }
}

/** `Orders 2024.csv` as `Orders_2024`. */
function tableNameOf(fileName: string): string {
  const name = fileName.replace(/\.[^.]*$/, '').replaceAll(/[^\p{L}\p{N}_]+/gu, '_')
  if (name !== '') return name
  throw new AppError('bad_request', "Name the new table: 'resource'.")
}
