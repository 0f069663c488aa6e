import { AppError } from '../../core/errors.ts'
import { didYouMean, nearest } from '../../core/names.ts'
import { listAnswer } from '../answer.ts'
import { flag, list, splitList } from '../options.ts'
import { picked } from '../picked.ts'
import { queryText } from '../query.ts'
import { unsupportedVerb } from '../unsupported.ts'
import type { SystemHandler } from './system-handler.ts'

/** `system/service_type`: what a service can be, with the keys of its config (dreamfactory-rest §7.3). */
export const serviceTypes: SystemHandler = async (request, { deps }) => {
  if (request.verb !== 'GET') throw unsupportedVerb(request)
  const [, name] = request.path
  const fields = list(request, 'fields') ?? ['*']
  const records = deps.serviceTypeRecords
  if (name !== undefined) {
    const record = records.find((one) => one.name === name.toLowerCase())
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
  const items = flag(request, 'as_list')
    ? wanted.map((one) => one.name)
    : wanted.map((one) => picked(one, fields))
  return listAnswer(request, items)
}

function unknownType(name: string, known: readonly string[]): AppError {
  const names = nearest(name, known)
  return new AppError('not_found', `Service type '${name}' not found.`, {
    ...(names.length > 0 && { hint: didYouMean(names), didYouMean: names }),
  })
}
