import * as z from 'zod'

/** A program that somebody connected. */
export const connection = z.object({
  id: z.number(),
  user_id: z.number(),
  client_id: z.string(),
  client_name: z.string(),
  /** The address it was connected to. */
  resource: z.string(),
  scopes: z.array(z.string()),
  /** Null: with the rights of an administrator. */
  role: z.string().nullable(),
  created_date: z.string(),
  last_used_date: z.string().nullable(),
  expires_date: z.string(),
})
export type Connection = z.infer<typeof connection>

/** What it may do, for people. */
export function rightsOf({ scopes, role }: Connection): string {
  return `${scopes.join(', ')}${role === null ? '' : ` as ${role}`}`
}
