import { z } from 'zod'
import type { ServiceConfig } from '../service-config.ts'

/** dreamfactory-rest §7.6 */
export const PACKAGE_FORMAT = 'dreamfactory.config/v1'

const name = z.string().min(1).max(64)
const description = z.string().max(255).nullable().optional()
const isActive = z.boolean().optional()

const filter = z.strictObject({
  name: z.string().min(1),
  operator: z.string().min(1),
  value: z
    .union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.union([z.string(), z.number()]))])
    .optional(),
})

const access = z.strictObject({
  /** By name; null: all services. */
  service: z.string().min(1).nullable(),
  component: z.string().max(255).nullable(),
  verb_mask: z.int().min(0).max(1023),
  requestor_mask: z.int().min(0).max(3).default(1),
  filters: z.array(filter).nullable().default([]),
  filter_op: z.enum(['AND', 'OR']).default('AND'),
})

const service = z.strictObject({
  name,
  label: z.string().max(80).optional(),
  description,
  type: z.string().min(1).max(40),
  is_active: isActive,
  config: z.record(z.string(), z.json()).default({}),
})

const role = z.strictObject({
  name,
  description,
  is_active: isActive,
  service_access: z.array(access).default([]),
})

const app = z.strictObject({ name, description, is_active: isActive, role: name.nullable().default(null) })

/** Services, roles and apps by name, without secrets. Strict. */
export const configPackage = z.strictObject({
  format: z.literal(PACKAGE_FORMAT),
  /** Of no effect. */
  exported_at: z.string().optional(),
  services: z.array(service).default([]),
  roles: z.array(role).default([]),
  apps: z.array(app).default([]),
})

export type ConfigPackage = z.output<typeof configPackage>

type PackagedService = ConfigPackage['services'][number]

export type ExportedPackage = Omit<ConfigPackage, 'services'> & {
  readonly services: readonly (Omit<PackagedService, 'config'> & { readonly config: ServiceConfig })[]
}
