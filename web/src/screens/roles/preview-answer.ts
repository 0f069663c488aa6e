import * as z from 'zod'

const decided = z.object({ allowed: z.boolean(), why: z.string(), rules: z.array(z.number()) })

const table = z.object({
  name: z.string(),
  verbs: z.object({ GET: decided, POST: decided, PUT: decided, PATCH: decided, DELETE: decided }),
  columns: z.array(z.string()),
  has_row_filter: z.boolean(),
  rows: z
    .object({ visible: z.number().nullable(), total: z.number().nullable(), problem: z.string().optional() })
    .optional(),
})

const service = z.object({
  service: z.string(),
  label: z.string(),
  is_active: z.boolean(),
  reached: z.boolean(),
  problem: z.string().optional(),
  tools: z.array(z.object({ name: z.string(), title: z.string() })),
  tokens: z.number(),
  tables: z.array(table),
})

const change = z.object({
  service: z.string(),
  tools: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
  tokens: z.object({ before: z.number(), after: z.number() }),
  tables: z.array(
    z.object({
      table: z.string(),
      granted: z.array(z.string()),
      taken: z.array(z.string()),
      columns: z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
      has_row_filter: z.object({ before: z.boolean(), after: z.boolean() }),
      rows: z.object({ before: z.number().nullable(), after: z.number().nullable() }),
    }),
  ),
})

/** What `system/role/preview` answers (docs/roles.md). */
export const previewAnswer = z.object({
  services: z.array(service),
  tokens: z.number(),
  warnings: z.array(z.object({ rule: z.number(), kind: z.string(), message: z.string() })),
  changes: z.array(change).optional(),
})
export type PreviewAnswer = z.infer<typeof previewAnswer>
export type PreviewService = z.infer<typeof service>
export type PreviewTable = z.infer<typeof table>
export type PreviewChange = z.infer<typeof change>
