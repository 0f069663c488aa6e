import qs from 'qs'
import { AppError } from '../core/errors.ts'

const MOST_FIELDS = 10_000
const DEEPEST = 10

/** The fields of a form; `a[b]=1` and `list[]=1` nest (application/x-www-form-urlencoded). Values are texts. Throws `bad_request`. */
export function parseForm(text: string): unknown {
  try {
    return qs.parse(text, {
      depth: DEEPEST,
      strictDepth: true,
      parameterLimit: MOST_FIELDS,
      arrayLimit: MOST_FIELDS,
      throwOnLimitExceeded: true,
    })
  } catch (cause) {
    throw new AppError(
      'bad_request',
      'The form in the request body has too many fields, or is nested too deep.',
      {
        hint: `A form holds at most ${MOST_FIELDS} fields, ${DEEPEST} levels deep.`,
        cause,
      },
    )
  }
}
