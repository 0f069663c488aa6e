import { AppError } from '../../core/errors.ts'
import { isFormParts } from '../../http/form-parts.ts'
import { isObject } from '../body.ts'
import { queryText } from '../query.ts'
import type { RestRequest } from '../rest-request.ts'

/** An address that a request names would be fetched from inside the network: none is, wherever the request names it. */
export function refuseImportUrl({ query, body }: RestRequest): void {
  const inBody = isFormParts(body)
    ? body.fields.get('import_url')
    : isObject(body)
      ? body.import_url
      : undefined
  if (queryText(query, 'import_url') === undefined && inBody === undefined) return
  throw new AppError('bad_request', 'Invalid import URL: this server does not fetch addresses.', {
    hint: 'Fetch the file yourself, and send it in a form (multipart/form-data).',
  })
}
