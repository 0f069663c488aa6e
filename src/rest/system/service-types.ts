import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { plainText } from '../../core/plain-text.ts'
import { splitList } from '../option-spellings.ts'
import { list } from '../options.ts'
import { picked } from '../picked.ts'
import { queryText } from '../query.ts'
import { unsupportedVerb } from '../unsupported.ts'
import { fieldNamed, itemsAnswer } from './items.ts'
import type { SystemHandler } from './system-handler.ts'

/** `system/service_type`: what a service can be, with the keys of its config (dreamfactory-rest §7.3). */
export const serviceTypes: SystemHandler = async (request, { deps }) => {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const [, name] = request.path
  const records = deps.serviceTypeRecords
  const known = { key: 'name', fields: Object.keys(records[0] ?? {}) }
  if (name !== undefined) {
    const record = records.find((one) => one.name === name.toLowerCase())
    const fields = list(request, 'fields')?.map((field) => fieldNamed(plainText(field), known)) ?? ['*']
    if (record) return JSON.stringify(picked(record, fields))
    throw unknownType(
      name,
      records.map((one) => String(one.name)),
    )
  }
  const groups = splitList(queryText(request.query, 'group') ?? '').map((group) => group.toLowerCase())
  const wanted = records.filter(
    ({ group }) => groups.length === 0 || groups.includes(String(group).toLowerCase()),
  )
  return itemsAnswer(request, wanted, known)
}

function unknownType(name: string, known: readonly string[]): AppError {
  const names = nearest(name, known)
  return new AppError('not_found', `Service type '${name}' not found.`, {
    ...(names.length > 0 && { hint: didYouMean(names), didYouMean: names }),
  })
}
