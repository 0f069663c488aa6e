import * as z from 'zod'

/** Records of the system API, as far as several screens read them. */

export const serviceRecord = z.object({
  id: z.number(),
  name: z.string(),
  label: z.string(),
  description: z.string().nullable(),
  is_active: z.boolean(),
  type: z.string(),
  mutable: z.boolean(),
  deletable: z.boolean(),
  config: z.record(z.string(), z.unknown()).nullable(),
})
export type ServiceRecord = z.infer<typeof serviceRecord>

const configField = z.object({
  name: z.string(),
  label: z.string(),
  /** `string`, `integer`, `float`, `boolean`, `password`, `picklist`, `array`, `object`; others are shown as text. */
  type: z.string(),
  description: z.string().nullable(),
  default: z.unknown(),
  required: z.boolean(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  values: z.array(z.object({ label: z.string(), name: z.unknown() })).optional(),
  items: z.string().optional(),
})
export type ConfigField = z.infer<typeof configField>

export const serviceType = z.object({
  name: z.string(),
  label: z.string(),
  group: z.string(),
  description: z.string(),
  singleton: z.boolean(),
  config_schema: z.array(configField),
})
export type ServiceType = z.infer<typeof serviceType>
