import { z } from 'zod'

/** Arguments that several tools share; a test holds their words to the token budget of the tool list. */
export const tableName = z.string().min(1).describe('From get_tables')
export const fields = z.array(z.string()).optional().describe('Columns')
export const related = z.string().optional().describe('Relations, nested a.b')
/** What each may hold is checked where it is used: here the words count. */
export const relatedOptions = z
  .record(z.string(), z.record(z.string(), z.any()))
  .optional()
  .describe('{x_by_y:{fields,filter,order,limit}}')
export const filter = z.string().optional().describe("e.g. status='paid' AND total>10")
export const where = z
  .union([z.record(z.string(), z.any()), z.array(z.any())])
  .optional()
  .describe('Or as data: {column,op,value}, {and|or:[…]}')
export const ids = z
  .array(z.union([z.string(), z.number(), z.record(z.string(), z.union([z.string(), z.number()]))]))
  .optional()
  .describe('Keys, e.g. [1,2]')
/** What came as JSON is JSON: walking it again would only cost time. */
export const records = z.array(z.record(z.string(), z.any())).min(1)
export const order = z.string().optional().describe("e.g. 'total DESC, id'")
export const limit = z.int().min(1).max(1000).default(50).describe('Page size')
export const offset = z.int().min(0).default(0).describe('Skip')
export const cursor = z.string().optional().describe("'' or next_cursor")
export const refresh = z.boolean().optional().describe('Re-read')
export const format = z.enum(['table', 'json', 'csv']).optional().describe('Of the text')
export const dryRun = z.boolean().optional().describe('Preview')
export const confirmation = z.string().optional().describe('Code given')
export const goOn = z.boolean().optional().describe('Go on after errors')
export const rollback = z.boolean().optional().describe('All or none')

/** `a, b` → `['a', 'b']`. */
export function listOf(text: string | undefined): string[] | undefined {
  const names = text
    ?.split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
  return names && names.length > 0 ? names : undefined
}
