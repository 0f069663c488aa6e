import type { ConfiguredType } from '../service-config.ts'
import type { Snapshot } from '../snapshot.ts'
import { SYSTEM_SERVICES } from '../system-services.ts'
import { withReferences } from './config-references.ts'
import { type ExportedPackage, PACKAGE_FORMAT } from './package-format.ts'

const OURS: ReadonlySet<string> = new Set(SYSTEM_SERVICES.map(({ name }) => name))

/** Services, roles and apps by name, in order of name; no secret and no API key. Services of the server itself are not in it. */
export function exportPackage(
  { services, roleById, apps }: Snapshot,
  options: { readonly types: readonly ConfiguredType[]; readonly dataDir: string },
): ExportedPackage {
  const { types, dataDir } = options
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
      })),
    })),
    apps: byName(apps).map((app) => ({
      name: app.name,
      description: app.description ?? null,
      is_active: app.isActive,
      role: (app.roleId === undefined ? undefined : roleById.get(app.roleId)?.name) ?? null,
    })),
  }
}

function byName<T extends { readonly name: string }>(records: readonly T[]): T[] {
  return records.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
