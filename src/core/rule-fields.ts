import { z } from 'zod'

/** Names of the columns that a rule is for, as the database names them; upper and lower case are the same. */
export const ruleFields = z
  .array(z.string().min(1).max(255), 'The fields of a rule must be a list of names.')
  .min(1, 'The fields of a rule must name at least one; leave them out for all.')
  .max(1000, 'The fields of a rule may be at most 1000.')
