import { z } from 'zod'
import type { Table } from '../../../src/core/database/schema.ts'
import { AppError } from '../../../src/core/errors.ts'
import { mustNotBeNull } from '../sql/broken-rule.ts'
import type { DriverFailure } from './failure.ts'

/** Of servers from 5.0: which rules of `$jsonSchema` did not hold, and for which properties. Never the values. */
const details = z.object({
  details: z.object({
    schemaRulesNotSatisfied: z
      .array(
        z.object({
          missingProperties: z.array(z.string()).optional(),
          additionalProperties: z.array(z.string()).optional(),
          propertiesNotSatisfied: z.array(z.object({ propertyName: z.string() })).optional(),
        }),
      )
      .optional(),
  }),
})

/** A document that the collection's validator refused (code 121), with the fields that it is about. */
export function refused(failure: DriverFailure, table: Table | undefined, cause: Error): AppError {
  const rules = details.safeParse(failure.details).data?.details.schemaRulesNotSatisfied ?? []
  const missing = known(
    table,
    rules.flatMap((rule) => rule.missingProperties ?? []),
  )
  const wrong = known(
    table,
    rules.flatMap((rule) => rule.propertiesNotSatisfied?.map((one) => one.propertyName) ?? []),
  )
  const extra = rules.flatMap((rule) => rule.additionalProperties ?? [])
  const name = table?.name ?? null
  const [first] = missing
  if (first !== undefined) return mustNotBeNull(first, { table, cause })
  if (wrong.length === 0 && extra.length > 0)
    return new AppError('bad_request', 'The table takes no other fields than those that it has.', {
      context: { table: name },
      cause,
    })
  const text =
    wrong.length > 0
      ? `The value of ${wrong.join(' and ')} is not allowed.`
      : 'A value is not allowed by a rule of the table.'
  return new AppError('bad_request', text, {
    context: { table: name, fields: wrong, ...(wrong.length === 1 && { field: wrong[0] }) },
    cause,
  })
}

function known(table: Table | undefined, columns: readonly string[]): string[] {
  return columns.flatMap((column) => {
    const field = table?.fields.find(({ name, column: own = name }) => own === column)
    return field ? [field.name] : []
  })
}
