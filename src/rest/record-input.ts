import { AppError } from '../core/errors.ts'
import { leaveOut } from '../core/leave-out.ts'
import { plainText } from '../core/plain-text.ts'
import { BOTH_WAYS } from '../operations/database/inputs.ts'
import { isObject, WRAPPER, wrappedRecords } from './body.ts'
import {
  filterParams,
  flag,
  idsOf,
  isGiven,
  list,
  namedTexts,
  type OptionSource,
  pageOffset,
  pageSize,
  text,
} from './options.ts'
import { relationsInBody, requireOptionsOnly } from './read-body.ts'
import { relatedOptions } from './related-options.ts'
import type { RestRequest } from './rest-request.ts'

/** Which fields and relations an answer carries, for reads and writes alike. Unknown relations are passed over, if they may be meant for somebody else. */
export function answerOptions(source: OptionSource) {
  const shown = shownOptions(source)
  const meant = relationsInBody(source)
  return { lenient: true, ...(meant.length > 0 && { relations_meant: meant }), ...shown }
}

/** The same where every unknown name is refused. */
export function shownOptions(source: OptionSource) {
  const related = list(source, 'related')
  const fields = list(source, 'fields')
  const options = relatedOptions(namedTexts(source), related?.map(plainText))
  requireOptionsOnly(source)
  return {
    ...(fields && { fields }),
    ...idField(source),
    ...(related?.length && { related }),
    ...(options && { related_options: options }),
  }
}

/** The input of a list of records. `fields`, `as` and the rest are checked by the operation. */
export function listInput(table: string, request: RestRequest, asList: boolean) {
  const answer = answerOptions(request)
  const given = listOptions(request)
  const isByCursor = given.next_cursor !== undefined
  return {
    table_name: table,
    ...answer,
    ...given,
    as: asList || isByCursor ? 'rows' : request.format.type === 'json' ? 'bytes' : 'json',
    ...(asList && { fields: list(request, 'id_field') ?? valuesOf(given.group) }),
  }
}

/** Which records a list has, and how they come. */
export function listOptions(source: OptionSource) {
  const byCursor = isGiven(source, 'cursor')
  const group = nonEmpty(list(source, 'group'))
  if (batchOptions(source).rollback && flag(source, 'continue')) throw new AppError('bad_request', BOTH_WAYS)
  return {
    ...filterOptions(source),
    ...idsAsked(source),
    limit: pageSize(source),
    offset: pageOffset(source),
    order: text(source, 'order'),
    group,
    having: text(source, 'having'),
    distinct: flag(source, 'distinct'),
    include_count: flag(source, 'include_count'),
    include_schema: flag(source, 'include_schema'),
    count_only: flag(source, 'count_only'),
    continue: flag(source, 'continue'),
    refresh: flag(source, 'refresh'),
    ...(byCursor && { cursor: text(source, 'cursor'), next_cursor: 'required' as const }),
  }
}

/** What a list of values is of: the identifying field alone, for which no fields stand, or what is grouped. */
function valuesOf(group: readonly unknown[] = []): readonly unknown[] {
  if (group.length <= 1) return group
  throw new AppError(
    'bad_request',
    "'as_list' gives one value of each group: 'group' may name one field only.",
    {
      hint: 'Leave out as_list, or group by one field.',
    },
  )
}

/** The same for records that come in parts: there is no place beside them for a cursor or a schema. Throws `bad_request`. */
export function streamInput(input: ReturnType<typeof listInput>): object {
  const rest = leaveOut(input, ['count_only', 'include_schema', 'as'])
  if (!('next_cursor' in rest)) return rest
  throw new AppError('bad_request', 'CSV comes in one piece: there are no cursors in it.', {
    hint: 'Leave out cursor; a limit and an offset are fine.',
  })
}

export function filterOptions(source: OptionSource) {
  const filter = text(source, 'filter')
  const params = filterParams(source)
  return filter === undefined ? {} : { filter, params }
}

export function batchOptions(source: OptionSource) {
  return { continue: flag(source, 'continue'), rollback: flag(source, 'rollback') }
}

/** How the records of a write are meant, and what may become of related records in them. */
export function recordOptions(source: OptionSource, { isText }: Pick<RestRequest, 'isText'>) {
  return {
    ...(flag(source, 'allow_related_delete') && { allow_related_delete: true }),
    ...(isText && { as_texts: true }),
  }
}

/** Whether a write is only tried, or confirmed. */
export function consentOptions(source: OptionSource) {
  const confirmation = text(source, 'confirmation')
  return {
    ...(flag(source, 'dry_run') && { dry_run: true }),
    ...(confirmation !== undefined && { confirmation }),
  }
}

function idsAsked(source: OptionSource) {
  const ids = idsOf(source)
  const inRecords = ids ? undefined : idsInRecords(source.body)
  return { ids: ids ?? inRecords, ...(inRecords && { ids_in_records: true }) }
}

/** Records in the body of a read name its ids; values that are no part of a key are left out. */
function idsInRecords(body: unknown): readonly unknown[] | undefined {
  const given = isObject(body) && Object.hasOwn(body, WRAPPER) ? body[WRAPPER] : body
  if (given !== undefined && given !== null && typeof given !== 'object')
    throw new AppError('bad_request', `'${WRAPPER}' must be a list of records.`, {
      context: { parameter: WRAPPER },
    })
  return nonEmpty(wrappedRecords(body)?.map(keyParts))
}

function keyParts(record: unknown): unknown {
  if (typeof record !== 'object' || record === null) return record
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => ['string', 'number'].includes(typeof value)),
  )
}

function idField(source: OptionSource) {
  const fields = nonEmpty(list(source, 'id_field'))
  return fields && { id_field: fields }
}

function nonEmpty<T>(items: readonly T[] | undefined): readonly T[] | undefined {
  return items && items.length > 0 ? items : undefined
}
