/** A document for the server: a query, a stage of a pipeline, an expression. Values of callers stand in it only where a value stands. */
export type ServerDocument = { readonly [key: string]: unknown }

export type Pipeline = readonly ServerDocument[]

/** Names that stages give to what they make: no field of a collection is read by them, and none is called so. */
export const OWN = '__sluice_'

/** The value of a path in an expression. */
export function pathValue(path: string): string {
  return `$${path}`
}

/** Null and what is not there are one: null. */
export function orNull(expression: unknown): ServerDocument {
  return { $cond: [isKnown(expression), expression, null] }
}

/** What is not there, and null, are the least of all (comparison order of BSON types). */
export function isKnown(expression: unknown): ServerDocument {
  return { $gt: [expression, null] }
}
