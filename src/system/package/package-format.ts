import { z } from 'zod'
import { declaredTool } from '../../core/custom-tool.ts'
import { moment } from '../../core/moment.ts'
import { ruleFields } from '../../core/rule-fields.ts'
import { ruleLimits } from '../../core/rule-limits.ts'
import { ruleComponent, ruleConfirm, username } from '../field-rules.ts'
import { lookupName, lookupValue } from '../resources/lookup.ts'
import type { ServiceConfig } from '../service-config.ts'
import { packagedTable } from './packaged-table.ts'

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
  component: ruleComponent,
  verb_mask: z.int().min(0).max(1023),
  requestor_mask: z.int().min(0).max(3).default(1),
  filters: z.array(filter).nullable().default([]),
  filter_op: z.enum(['AND', 'OR']).default('AND'),
  fields: ruleFields.nullable().optional(),
  limits: ruleLimits.nullable().optional(),
  confirm: ruleConfirm.nullable().optional(),
})

const service = z.strictObject({
  name,
  label: z.string().max(80).optional(),
  description,
  type: z.string().min(1).max(40),
  is_active: isActive,
  config: z.record(z.string(), z.json()).default({}),
  /** What is kept beside its tables, all of it, by their names in the database; left out: it stays as it is. */
  tables: z.record(z.string().min(1).max(512), packagedTable).optional(),
})

const lookup = z.strictObject({
  name: lookupName,
  /** Of a private one a reference: `{"$env":"CONFIG_…"}`. */
  value: z.union([lookupValue, z.strictObject({ $env: z.string() })]).default(null),
  private: z.boolean().default(false),
  description,
})

/** All of a role, an app or a user; left out: they stay as they are. */
const lookups = z.array(lookup).optional()

const role = z.strictObject({
  name,
  description,
  is_active: isActive,
  service_access: z.array(access).default([]),
  lookups,
})

const app = z.strictObject({
  name,
  description,
  is_active: isActive,
  role: name.nullable().default(null),
  /** Of its key, which is never here. */
  expires_date: moment.optional(),
  lookups,
})

const user = z.strictObject({
  email: z.string().trim().toLowerCase().max(255).pipe(z.email()),
  name: z.string().min(1).max(255),
  username: username.optional(),
  first_name: z.string().max(255).nullable().optional(),
  last_name: z.string().max(255).nullable().optional(),
  is_active: isActive,
  /** All of the user; left out: they stay as they are. */
  roles: z.array(z.strictObject({ app: name, role: name })).optional(),
  lookups,
})

/** Services, roles, apps, users, tools and lookups by name, without secrets. Strict. */
export const configPackage = z.strictObject({
  format: z.literal(PACKAGE_FORMAT),
  /** Of no effect. */
  exported_at: z.string().optional(),
  services: z.array(service).default([]),
  roles: z.array(role).default([]),
  apps: z.array(app).default([]),
  users: z.array(user).default([]),
  /** Tools of the MCP door. */
  tools: z.array(declaredTool).default([]),
  /** Of the whole system. */
  lookups: z.array(lookup).default([]),
})

export const PACKAGE_LISTS = ['services', 'roles', 'apps', 'users', 'tools', 'lookups'] as const
export type PackageList = (typeof PACKAGE_LISTS)[number]

export type Named = { readonly name: string; readonly email?: string }

/** What tells records of a list apart: users by their address. */
export function nameOf({ name, email }: Named): string {
  return email ?? name
}

export type ConfigPackage = z.output<typeof configPackage>

export type PackagedLookup = z.output<typeof lookup>

type PackagedService = ConfigPackage['services'][number]

export type ExportedPackage = Omit<ConfigPackage, 'services'> & {
  readonly services: readonly (Omit<PackagedService, 'config'> & { readonly config: ServiceConfig })[]
}
