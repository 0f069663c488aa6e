import { AppError } from '../../core/errors.ts'
import { UNRESTRICTED } from '../../core/policy.ts'
import { type FormParts, isFormParts } from '../../http/form-parts.ts'
import { isObject } from '../body.ts'
import { isTrue, queryText } from '../query.ts'
import type { RestRequest } from '../rest-request.ts'
import { refused, unsupportedVerb } from '../unsupported.ts'
import { refuseImportUrl } from './import-url.ts'
import type { SystemHandler } from './system-handler.ts'

/**
 * `system/package`: a config package as a zip file (dreamfactory-rest §7.6). GET tells what it can hold; POST of such a manifest
 * answers the file, POST of the file takes it in. For administrators whom no role binds, as config packages are.
 */
export const packages: SystemHandler = async (request, { caller, deps }) => {
  const { verb, path, body } = request
  if (caller.policy.key !== UNRESTRICTED.key) throw refused(request, caller)
  if (path.length > 1 || (verb !== 'GET' && verb !== 'POST')) throw unsupportedVerb(request)
  if (verb === 'GET') return JSON.stringify(deps.packages.manifest())
  refuseImportUrl(request)
  if (isFormParts(body)) {
    const overwrite = isTrue(queryText(request.query, 'overwrite') ?? body.fields.get('overwrite'))
    const { api_keys, ...log } = await deps.packages.importZip(fileOf(body), { overwrite })
    const { created, updated, skipped } = log
    const isChanged = [created, updated].some((lists) =>
      Object.values(lists).some((names) => names.length > 0),
    )
    const text = JSON.stringify({ success: true, log: { created, updated, skipped }, api_keys })
    return isChanged ? { status: 201, text } : text
  }
  refuseStorage(request)
  const bytes = await deps.packages.exportZip(body)
  return { contentType: 'application/zip', bytes, fileName: 'sluice-package.zip' }
}

function fileOf({ files, fields }: FormParts): Buffer {
  if (fields.get('password'))
    throw new AppError('not_supported', 'Encrypted packages are not read.', {
      hint: 'A package holds no secrets: send it without password.',
    })
  const [file] = files
  if (file && files.length === 1) return file.bytes
  throw new AppError('bad_request', "Send one zip file, as the field 'files' of a form.")
}

function refuseStorage({ body }: RestRequest): void {
  if (!isObject(body)) return
  for (const name of ['storage', 'password'] as const) {
    if (body[name] === undefined) continue
    throw new AppError('not_supported', `'${name}' is not there in this version.`, {
      hint: 'The answer is the zip file itself. A package holds no secrets.',
    })
  }
}
