import { AppError } from '../core/errors.ts'
import { isObject, wrappedRecords } from './body.ts'
import { flag, isGiven, type OptionName, type OptionSource, text } from './options.ts'
import type { Query } from './query.ts'
import type { RestRequest } from './rest-request.ts'
import { routineAddress } from './routine-arguments.ts'

/** Options of the wire that have no meaning for these services (dreamfactory-rest §4.3): said, not passed over. */
const REFUSED: Readonly<Record<string, string>> = {
  id_type: 'The types of keys are those of their columns: leave it out.',
}

/** Throws `bad_request` for an option that would change nothing. */
export function refuseOptions(query: Query): void {
  for (const name in REFUSED)
    if (query[name] !== undefined)
      throw new AppError('bad_request', `'${name}' is not supported.`, { hint: REFUSED[name] ?? '' })
}

/** What chooses among the rows of a read. A write would reach all of them, with or without. */
const CHOOSING: readonly OptionName[] = [
  'limit',
  'offset',
  'cursor',
  'group',
  'having',
  'distinct',
  'count_only',
]

/** Throws `bad_request` for an option by which a change or a removal would reach fewer records, if it were a read. */
export function refuseChoosing({ query, body }: OptionSource): void {
  // Records of such a write stand below a name: what is beside them are options, as of a read.
  const source: OptionSource = { query, body, verb: 'GET' }
  const name = CHOOSING.find((one) => isGiven(source, one) && text(source, one) !== undefined)
  if (name === undefined) return
  throw new AppError('bad_request', `'${name}' does not choose the records of a write.`, {
    hint: 'A write reaches every record of its filter. Read the ids of those that are meant, and name them in ids.',
    context: { parameter: name },
  })
}

/** Throws `bad_request` where a write or a call that is only to be tried would be carried out. */
export function refuseTrying(request: RestRequest): void {
  const { verb, path, query, body } = request
  const isRoutine = path[0] === '_proc' || path[0] === '_func'
  if (path[0] === '_table' || path[0] === '_batch' || (verb === 'GET' && !isRoutine)) return
  const beside = holdsOptions(request, isRoutine) ? body : undefined
  if (!flag({ query, body: beside }, 'dry_run')) return
  if (isRoutine && beside === undefined && !hasArguments(request)) return
  throw new AppError(
    'bad_request',
    "'dry_run' is for writes of records in _table and for _batch. Nothing was done.",
    {
      hint: 'Leave it out to carry the request out.',
      context: { parameter: 'dry_run' },
    },
  )
}

/** Beside `params`, records or nothing to write, there are options in a body. */
function holdsOptions({ verb, body }: RestRequest, isRoutine: boolean): boolean {
  if (isRoutine) return isObject(body) && body.params !== undefined
  return verb === 'DELETE' || wrappedRecords(body) !== undefined
}

/** Outside the query: then all that stands there are options. */
function hasArguments({ path, body }: RestRequest): boolean {
  const isFilled = typeof body === 'object' && body !== null && Object.keys(body).length > 0
  return isFilled || routineAddress(path).inline !== ''
}

/** Throws `bad_request` for a wish about how a request of several parts ends that it does not meet. */
export function refuseEnding(
  source: OptionSource,
  names: readonly ('continue' | 'rollback')[],
  ending: string,
): void {
  const name = names.find((one) => flag(source, one))
  if (name === undefined) return
  throw new AppError('bad_request', `'${name}' does not go with this request.`, {
    hint: ending,
    context: { parameter: name },
  })
}
