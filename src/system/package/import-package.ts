import { checkConfig } from '../check-config.ts'
import type { DeclaredConfig } from '../declared-config.ts'
import type { CredentialMaker } from '../secrets.ts'
import type { ConfiguredType } from '../service-config.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemStore } from '../store.ts'
import type { SystemWriter } from '../write/system-writer.ts'
import { escapingPaths, type ReferenceValues, resolveReferences } from './config-references.ts'
import type { ConfigPackage } from './package-format.ts'
import { refusedPackage } from './read-package.ts'

export interface ImportOptions {
  readonly types: readonly ConfiguredType[]
  readonly maker: CredentialMaker
  readonly dataDir: string
  readonly references: ReferenceValues
  /** Records that are there become as the package says; else they stay. */
  readonly overwrite: boolean
}

type Names = Record<'services' | 'roles' | 'apps', string[]>

/** Of the wire. */
export interface ImportedPackage {
  readonly success: true
  readonly created: Readonly<Names>
  readonly updated: Readonly<Names>
  readonly skipped: Readonly<Names>
  readonly errors: readonly []
  /** Of new apps, shown once. */
  readonly api_keys: readonly { readonly app: string; readonly api_key: string }[]
}

/** All or nothing, in one transaction. Throws `bad_request` with every problem, before anything is written. */
export async function importPackage(
  store: SystemStore,
  given: ConfigPackage,
  options: ImportOptions,
): Promise<ImportedPackage> {
  const snapshot = store.snapshot()
  const wanted = options.overwrite ? given : withoutKnown(given, snapshot)
  const { declared, problems } = declare(wanted, snapshot, options)
  const all = [...problems, ...(problems.length > 0 ? [] : checkConfig(declared, snapshot, options.types))]
  if (all.length > 0) throw refusedPackage(all)
  return await store.change((writer) => write(writer, given, declared, options))
}

async function write(
  writer: SystemWriter,
  given: ConfigPackage,
  declared: DeclaredConfig,
  { overwrite, maker }: ImportOptions,
): Promise<ImportedPackage> {
  const result = { created: noNames(), updated: noNames(), skipped: noNames() }
  const keys: { app: string; api_key: string }[] = []
  const put = async (list: keyof Names, name: string, isThere: boolean, store: () => Promise<unknown>) => {
    const outcome = !isThere ? 'created' : overwrite ? 'updated' : 'skipped'
    result[outcome][list].push(name)
    if (outcome !== 'skipped') await store()
  }
  skipUndeclared(given, declared, result.skipped)
  for (const service of declared.services)
    await put('services', service.name, await writer.hasService(service.name), () =>
      writer.upsertService(service),
    )
  for (const role of declared.roles)
    await put('roles', role.name, await writer.hasRole(role.name), () => writer.upsertRole(role))
  for (const app of declared.apps) {
    const isThere = await writer.hasApp(app.name)
    await put('apps', app.name, isThere, async () => {
      const apiKey = isThere ? undefined : maker.newApiKey()
      if (apiKey !== undefined) keys.push({ app: app.name, api_key: apiKey })
      await writer.upsertApp({ ...app, apiKey })
    })
  }
  return { success: true, ...result, errors: [], api_keys: keys }
}

function noNames(): Names {
  return { services: [], roles: [], apps: [] }
}

function skipUndeclared(given: ConfigPackage, declared: DeclaredConfig, skipped: Names): void {
  for (const list of ['services', 'roles', 'apps'] as const) {
    const names = new Set(declared[list].map(({ name }) => name))
    skipped[list].push(...given[list].map(({ name }) => name).filter((name) => !names.has(name)))
  }
}

function withoutKnown(given: ConfigPackage, { serviceByName, roleById, apps }: Snapshot): ConfigPackage {
  const isNew = (known: Iterable<string>) => {
    const names = new Set([...known].map((name) => name.toLowerCase()))
    return ({ name }: { readonly name: string }) => !names.has(name.toLowerCase())
  }
  return {
    ...given,
    services: given.services.filter(isNew(serviceByName.keys())),
    roles: given.roles.filter(isNew([...roleById.values()].map(({ name }) => name))),
    apps: given.apps.filter(isNew(apps.map(({ name }) => name))),
  }
}

/** The package in the words of a config file, references replaced. */
function declare(
  { services, roles, apps }: ConfigPackage,
  snapshot: Snapshot,
  { types, references, dataDir }: ImportOptions,
): { readonly declared: DeclaredConfig; readonly problems: readonly string[] } {
  const problems: string[] = []
  const declared: DeclaredConfig = {
    baseDir: dataDir,
    services: services.map(({ is_active: isActive, description, config, ...service }, at) => {
      const type = types.find(({ name }) => name === service.type)
      const stored = snapshot.serviceByName.get(service.name.toLowerCase())?.config
      const resolved = resolveReferences(config, stored, references)
      const found = [...escapingPaths(config, type), ...resolved.problems]
      problems.push(...found.map((problem) => `services[${at}].${problem}`))
      return { ...service, isActive, description: description ?? undefined, config: resolved.config }
    }),
    roles: roles.map(({ name, description, is_active: isActive, service_access: access }) => ({
      name,
      isActive,
      description: description ?? undefined,
      rules: access.map((rule) => ({
        service: rule.service,
        component: rule.component ?? '',
        verbMask: rule.verb_mask,
        requestorMask: rule.requestor_mask,
        filters: rule.filters ?? [],
        filterOp: rule.filter_op,
      })),
    })),
    apps: apps.map(({ name, description, is_active: isActive, role }) => ({
      name,
      isActive,
      description: description ?? undefined,
      role: role ?? undefined,
    })),
  }
  return { declared, problems }
}
