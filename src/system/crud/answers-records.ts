import { AppError } from '../../core/errors.ts'

/**
 * Whether a list answers records, which are shown by the rules of their resource, and not groups of them. Throws `bad_request`
 * for groups with related records: those would come as they are stored.
 */
export function answersRecords(
  input: Readonly<Record<string, unknown>>,
  fields: readonly string[] | undefined,
): boolean {
  // Records that are named are never grouped.
  if (input.ids !== undefined) return true
  const isGrouped =
    input.group !== undefined ||
    input.having !== undefined ||
    fields?.some((field) => field.includes('(')) === true
  if (isGrouped && Array.isArray(input.related) && input.related.length > 0)
    throw new AppError('bad_request', `'related' does not go with groups of records of the system.`, {
      hint: 'Leave out related, or group, having and aggregates.',
    })
  return !isGrouped
}
