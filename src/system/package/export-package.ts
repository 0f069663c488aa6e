import { z } from 'zod'
import { limitsToWire } from '../../core/rule-limits.ts'
import type { ConfiguredType } from '../service-config.ts'
import type { Snapshot } from '../snapshot.ts'
import { SYSTEM_SERVICES } from '../system-services.ts'
import { withReferences } from './config-references.ts'
import { packTable } from './pack-table.ts'
import { type ExportedPackage, PACKAGE_FORMAT } from './package-format.ts'
import { exportLookups, lookupsOf } from './package-lookups.ts'

const OURS: ReadonlySet<string> = new Set(SYSTEM_SERVICES.map(({ name }) => name))

/**
 * Services, roles, apps, users, tools and lookups by name, in order of name; no secret, no password and no API key. Services of the server
 * itself and administrators are not in it.
 */
export function exportPackage(
  snapshot: Snapshot,
  options: { readonly types: readonly ConfiguredType[]; readonly dataDir: string },
): ExportedPackage {
  const { types, dataDir } = options
  const { services, roleById, apps } = snapshot
  return {
    format: PACKAGE_FORMAT,
    exported_at: new Date().toISOString(),
    services: byName(services.filter(({ name }) => !OURS.has(name))).map((service) => ({
      name: service.name,
      label: service.label,
      description: service.description ?? null,
      type: service.type,
      is_active: service.isActive,
      config: withReferences(
        service,
        types.find(({ name }) => name === service.type),
        dataDir,
      ),
      ...tablesOf(service.id, snapshot),
    })),
    roles: byName([...roleById.values()]).map((role) => ({
      name: role.name,
      description: role.description ?? null,
      is_active: role.isActive,
      service_access: role.rules.map((rule) => ({
        service: rule.service,
        component: rule.component,
        verb_mask: rule.verbMask,
        requestor_mask: rule.requestorMask,
        filters: rule.filters.map(({ value, ...filter }) =>
          value === undefined
            ? filter
            : { ...filter, value: typeof value === 'object' && value ? [...value] : value },
        ),
        filter_op: rule.filterOp,
        // Only where they say something: the original knows none of them.
        ...(rule.fields && { fields: [...rule.fields] }),
        ...(limitsToWire(rule.limits) && { limits: limitsToWire(rule.limits) }),
        ...(rule.confirm !== undefined && { confirm: rule.confirm }),
      })),
      lookups: exportLookups(lookupsOf(snapshot, { roleId: role.id }), ['role', role.name]),
    })),
    apps: byName(apps).map((app) => ({
      name: app.name,
      description: app.description ?? null,
      is_active: app.isActive,
      role: (app.roleId === undefined ? undefined : roleById.get(app.roleId)?.name) ?? null,
      ...(app.expiresDate !== undefined && { expires_date: app.expiresDate }),
      lookups: exportLookups(lookupsOf(snapshot, { appId: app.id }), ['app', app.name]),
    })),
    users: exportUsers(snapshot),
    tools: exportTools(snapshot),
    lookups: exportLookups(lookupsOf(snapshot, {}), []),
  }
}

/** Only where something is kept: the original knows nothing of it. */
function tablesOf(serviceId: number, { extras, services }: Snapshot) {
  const kept = extras.get(serviceId)?.tables
  if (!kept || kept.size === 0) return {}
  const nameOf = (id: number) => services.find((one) => one.id === id)?.name
  const sorted = [...kept].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return { tables: Object.fromEntries(sorted.map(([name, table]) => [name, packTable(table, nameOf)])) }
}

function exportUsers(snapshot: Snapshot): ExportedPackage['users'] {
  const people = [...snapshot.userById.values()].filter(({ isAdmin }) => !isAdmin)
  return people
    .toSorted((a, b) => (a.email < b.email ? -1 : 1))
    .map((user) => ({
      email: user.email,
      name: user.name,
      username: user.username,
      first_name: user.firstName ?? null,
      last_name: user.lastName ?? null,
      is_active: user.isActive,
      roles: rolesOf(user.id, snapshot),
      lookups: exportLookups(lookupsOf(snapshot, { userId: user.id }), ['user', user.email]),
    }))
}

function exportTools({ tools, serviceByName }: Snapshot): ExportedPackage['tools'] {
  return byName(tools).map(({ id: _, isActive, service, ...tool }) => ({
    name: tool.name,
    service: serviceByName.get(service)?.name ?? service,
    description: tool.description,
    operation: tool.operation,
    parameters: [...tool.parameters],
    arguments: z.record(z.string(), z.json()).parse(tool.arguments),
    is_active: isActive,
  }))
}

function rolesOf(userId: number, { rolesByUser, apps, roleById }: Snapshot) {
  const mapped = [...(rolesByUser.get(userId) ?? [])].flatMap(([appId, roleId]) => {
    const app = apps.find(({ id }) => id === appId)?.name
    const role = roleById.get(roleId)?.name
    return app !== undefined && role !== undefined ? [{ app, role }] : []
  })
  return mapped.toSorted((a, b) => (a.app < b.app ? -1 : 1))
}

function byName<T extends { readonly name: string }>(records: readonly T[]): T[] {
  return records.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
