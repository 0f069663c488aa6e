import type { Field } from '../../../core/database/schema.ts'
import { AppError } from '../../../core/errors.ts'
import type { OperationContext } from '../../../core/operation.ts'
import type { GivenField } from './given-field.ts'
import { saysNewType } from './planned-field.ts'
import { requireSpeech } from './schema-access.ts'

/** Their columns follow from what they are: a db_type beside them is that of an answer. */
const SETTLED: ReadonlySet<string> = new Set(['id', 'bigid', 'reference'])

/**
 * A field with the `db_type` that stands beside its `type`, where that is meant: for a new field, and where it is another one than
 * the field has. Throws `forbidden` for who may not choose one, `bad_request` where `type` says something else.
 */
export function withMeantType(
  given: GivenField,
  now: Field | undefined,
  context: OperationContext,
): GivenField {
  const { besideType, type, ...rest } = given
  if (besideType === undefined || !type) return given
  if (now ? besideType.toLowerCase() === now.dbType.toLowerCase() : SETTLED.has(type.type))
    return { ...rest, type }
  requireSpeech([{ ...rest, dbType: besideType }], context)
  if (now && saysNewType(now, { ...rest, type }))
    throw new AppError('bad_request', `Field '${given.name}': give either another type or another db_type.`, {
      context: { field: given.name },
    })
  return now ? { ...rest, dbType: besideType } : { ...rest, type, dbType: besideType }
}
