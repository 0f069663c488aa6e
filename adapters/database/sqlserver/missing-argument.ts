import type { Routine } from '../../../src/core/database/query.ts'
import { AppError } from '../../../src/core/errors.ts'
import { failureOf } from './driver-failure.ts'
import { partsOf } from './routines.ts'

/**
 * What was called without a parameter that it needs; nothing when it is another error, or one of a routine that is called in this one.
 * `Procedure or function 'count_orders' expects parameter '@wanted', which was not supplied.`
 */
export function missingArgument(error: unknown, routine: Routine): AppError | undefined {
  if (!(error instanceof AppError)) return undefined
  const { number, message } = failureOf(error.cause)
  if (number !== NOT_SUPPLIED) return undefined
  const [, called = '', wanted = ''] =
    /(?:^|[\s'"])([^\s'"]+)['"]? expects parameter ['"]@(.+?)['"]/is.exec(message) ?? []
  const isOurs = called.split('.').at(-1)?.toLowerCase() === partsOf(routine).name.toLowerCase()
  const parameter = routine.parameters.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())
  if (!isOurs || !parameter) return undefined
  return new AppError('bad_request', `'${routine.name}' needs ${parameter.name}.`, {
    hint: 'Give a value for it; null is a value too.',
    cause: error.cause,
  })
}

const NOT_SUPPLIED = 201
