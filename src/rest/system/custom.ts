import { AppError } from '../../core/errors.ts'
import type { Asked } from '../../system/system-api.ts'
import { listAnswer } from '../answer.ts'
import { requireRecords } from '../body.ts'
import { flag } from '../options.ts'
import { filterOptions, idsOf } from '../record-input.ts'
import type { RestRequest } from '../rest-request.ts'
import { unsupportedVerb } from '../unsupported.ts'
import type { SystemContext, SystemHandler } from './system-handler.ts'

/** `system/custom`: values by name. One is answered as the value itself (dreamfactory-rest §2.9). */
export const custom: SystemHandler = async (request, context) => {
  const [, name] = request.path
  const { system } = context.deps
  const asked: Asked = { caller: context.caller, signal: context.signal }
  switch (request.verb) {
    case 'GET': {
      if (name !== undefined) {
        const { value } = await system.get('custom', name, { fields: ['value'] }, asked)
        return JSON.stringify(value ?? null)
      }
      const input = { fields: ['name', 'value'], ...filterOptions(request), order: 'name' }
      const { rows = [] } = await system.list('custom', input, asked)
      return listAnswer(request, flag(request, 'as_list') ? rows.map((row) => row.name) : rows)
    }
    case 'POST':
    case 'PUT':
    case 'PATCH': {
      const records = name === undefined ? requireRecords(request.body) : [{ name, value: request.body }]
      const written = await store(records, asked, system)
      return request.verb === 'POST'
        ? { status: 201, text: listAnswer(request, written) }
        : listAnswer(request, written)
    }
    case 'DELETE':
      return await remove(name, request, asked, system)
  }
}

/** A name that is there gets the new value. */
async function store(
  records: readonly Readonly<Record<string, unknown>>[],
  asked: Asked,
  system: SystemContext['deps']['system'],
): Promise<readonly object[]> {
  const names: object[] = []
  for (const record of records) {
    const id = await system.idOf('custom', String(record.name ?? ''), asked).catch(missing)
    const input = { records: [record], fields: ['name'] }
    const rows =
      id === undefined
        ? await system.write('create', 'custom', input, asked)
        : await system.write('update', 'custom', { ...input, id }, asked)
    names.push(...rows)
  }
  return names
}

function missing(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'not_found') return undefined
  throw error
}

async function remove(
  name: string | undefined,
  request: RestRequest,
  asked: Asked,
  system: SystemContext['deps']['system'],
): Promise<string> {
  const names = name === undefined ? idsOf(request)?.map(String) : [name]
  if (!names) throw unsupportedVerb(request)
  const ids = await Promise.all(names.map((one) => system.idOf('custom', one, asked)))
  const rows = await system.write('remove', 'custom', { ids, fields: ['name'] }, asked)
  return name === undefined ? listAnswer(request, rows) : JSON.stringify(rows[0])
}
