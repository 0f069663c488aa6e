import type { Records } from '../../core/database/adapter.ts'
import type { TableExtras } from '../../core/database/extras.ts'
import type { EmailTemplateSeed } from '../email-templates.ts'
import { replaceExtras } from '../extras/extras-store.ts'
import { app } from '../resources/app.ts'
import { emailTemplate } from '../resources/email-template.ts'
import { lookup } from '../resources/lookup.ts'
import { role } from '../resources/role.ts'
import { roleServiceAccess } from '../resources/role-service-access.ts'
import { service } from '../resources/service.ts'
import { tool } from '../resources/tool.ts'
import { user } from '../resources/user.ts'
import { userToAppToRole } from '../resources/user-to-app-to-role.ts'
import type { Secrets } from '../secrets.ts'
import type { ConfiguredType } from '../service-config.ts'
import type { SystemResource } from '../system-resource.ts'
import { createTableWriter, isNamed, namedIn } from './table-writer.ts'
import { type AppInput, upsertApp } from './upsert-app.ts'
import { type LookupInput, type LookupOwner, upsertLookups } from './upsert-lookups.ts'
import { type RoleInput, upsertRole } from './upsert-role.ts'
import { type ServiceInput, upsertService } from './upsert-service.ts'
import { type ToolInput, upsertTool } from './upsert-tool.ts'
import { type UserInput, upsertUser } from './upsert-user.ts'

/** Records by name, inside one transaction. Each answers the record's id; an unchanged record is not written. */
export interface SystemWriter {
  hasService(name: string): Promise<boolean>
  hasRole(name: string): Promise<boolean>
  hasApp(name: string): Promise<boolean>
  hasTool(name: string): Promise<boolean>
  /** By e-mail address. */
  hasUser(email: string): Promise<boolean>
  /** Of the whole system. */
  hasLookup(name: string): Promise<boolean>
  hasAdministrator(): Promise<boolean>
  /** Throws `bad_request` when the service exists with another type. */
  upsertService(input: ServiceInput): Promise<number>
  /** Throws `bad_request` for a rule on an unknown service. */
  upsertRole(input: RoleInput): Promise<number>
  /** Throws `bad_request` for an unknown role or a new app without a key, `conflict` for another app's key. */
  upsertApp(input: AppInput): Promise<number>
  /** Throws `bad_request` for an unknown app or role. */
  upsertUser(input: UserInput): Promise<number>
  /** Throws `bad_request` for an unknown service. */
  upsertTool(input: ToolInput): Promise<number>
  /** Those of an owner become the ones given; of the system's, without an owner, others stay. */
  upsertLookups(inputs: readonly LookupInput[], owner?: LookupOwner): Promise<void>
  /** Of all services, by their names in lower case. */
  serviceIds(): Promise<ReadonlyMap<string, number>>
  /** What is kept beside the tables of a service becomes this, by their names. */
  replaceExtras(serviceId: number, tables: ReadonlyMap<string, TableExtras>): Promise<void>
  /** When there are none at all. */
  addEmailTemplates(templates: readonly EmailTemplateSeed[]): Promise<void>
  /** Leaves only the HMAC of every API key. */
  forgetApiKeys(): Promise<void>
}

export interface WriterOptions {
  readonly secrets: Secrets
  readonly types: readonly ConfiguredType[]
  readonly keepApiKeys: boolean
  readonly signal: AbortSignal
}

export function createSystemWriter(records: Records, options: WriterOptions): SystemWriter {
  const open = (resource: SystemResource) => createTableWriter(resource, records, options)
  const services = open(service)
  const roles = open(role)
  const rules = open(roleServiceAccess)
  const apps = open(app)
  const users = open(user)
  const userRoles = open(userToAppToRole)
  const lookups = open(lookup)
  const tools = open(tool)
  const templates = open(emailTemplate)
  return {
    hasService: async (name) => namedIn(await services.rows(), 'name', name) !== undefined,
    hasRole: async (name) => namedIn(await roles.rows(), 'name', name) !== undefined,
    hasApp: async (name) => namedIn(await apps.rows(), 'name', name) !== undefined,
    hasTool: async (name) => namedIn(await tools.rows(), 'name', name) !== undefined,
    hasUser: async (email) => namedIn(await users.rows(), 'email', email) !== undefined,
    hasLookup: async (name) =>
      (await lookups.rows()).some(
        (row) => row.role_id === null && row.app_id === null && row.user_id === null && isNamed(row, name),
      ),
    hasAdministrator: async () => (await users.rows()).some((row) => row.is_sys_admin === true),
    upsertService: (input) => upsertService(services, options, input),
    upsertRole: (input) => upsertRole({ roles, rules, services }, input),
    upsertApp: (input) => upsertApp({ apps, roles }, options, input),
    upsertUser: (input) => upsertUser({ users, userRoles, apps, roles }, input),
    upsertTool: (input) => upsertTool({ tools, services }, input),
    upsertLookups: (inputs, owner) => upsertLookups(lookups, options, owner, inputs),
    serviceIds: async () =>
      new Map((await services.rows()).map((row) => [String(row.name).toLowerCase(), Number(row.id)])),
    replaceExtras: (serviceId, tables) => replaceExtras(records, serviceId, tables, options.signal),
    async addEmailTemplates(seeds) {
      if ((await templates.rows()).length > 0) return
      for (const seed of seeds) await templates.insert({ ...seed })
    },
    async forgetApiKeys() {
      for (const row of await apps.rows()) await apps.update(row, { api_key: null })
    },
  }
}
