import { AppError } from '../core/errors.ts'
import type { Query } from './query.ts'

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
