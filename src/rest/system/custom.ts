import type { Asked } from '../../system/system-api.ts'
import { type Answer, listAnswer } from '../answer.ts'
import { requireRecords } from '../body.ts'
import { namedValues } from '../named-values.ts'
import { flag } from '../options.ts'
import { batchOptions, filterOptions } from '../record-input.ts'
import type { RestRequest } from '../rest-request.ts'
import type { SystemContext, SystemHandler } from './system-handler.ts'
import { readRecords } from './system-records.ts'

const CUSTOM = 'custom'
const NAMED = { id_field: ['name'], fields: ['name', 'value'], order: 'name' } as const

/** `system/custom`: values by name. One is answered as the value itself (dreamfactory-rest §2.9). */
export const custom: SystemHandler = async (request, context) => {
  const [, name] = request.path
  const { system } = context.deps
  const asked: Asked = { caller: context.caller, signal: context.signal }
  switch (request.verb) {
    case 'GET': {
      if (name === undefined) return await readRecords(CUSTOM, request, context, NAMED)
      const { value } = await system.get(CUSTOM, name, { fields: ['value'] }, asked)
      return JSON.stringify(value ?? null)
    }
    case 'POST':
    case 'PUT':
    case 'PATCH': {
      const records = name === undefined ? requireRecords(request.body) : [{ name, value: request.body }]
      const input = { records, fields: ['name'], ...batchOptions(request) }
      const isNew = request.verb === 'POST'
      const written = await system.write(isNew ? 'store' : 'restore', CUSTOM, input, asked)
      const text = listAnswer(request, written)
      return isNew ? { status: 201, text } : text
    }
    case 'DELETE':
      return await remove(name, request, asked, system)
  }
}

/** By name: in the address, in `ids` or in the records of the body; or those that a filter finds. */
async function remove(
  name: string | undefined,
  request: RestRequest,
  asked: Asked,
  system: SystemContext['deps']['system'],
): Promise<Answer> {
  const names = name === undefined ? namedValues(request) : [name]
  const ids = names && (await Promise.all(names.map((one) => system.idOf(CUSTOM, one, asked))))
  const selected = ids ? { ids } : filterOptions(request)
  const options = { ...batchOptions(request), force: flag(request, 'force'), fields: ['name'] }
  const rows = await system.write('remove', CUSTOM, { ...selected, ...options }, asked)
  return name === undefined ? listAnswer(request, rows) : JSON.stringify(rows[0])
}
