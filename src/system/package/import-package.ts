import { AppError } from '../../core/errors.ts'
import { type CheckTools, checkConfig } from '../check-config.ts'
import type { CredentialMaker } from '../secrets.ts'
import type { Snapshot } from '../snapshot.ts'
import type { SystemStore } from '../store.ts'
import type { SystemWriter } from '../write/system-writer.ts'
import type { LookupInput, LookupOwner } from '../write/upsert-lookups.ts'
import type { ReferenceValues } from './config-references.ts'
import { type DeclaredPackage, declarePackage } from './declare-package.ts'
import { unpackTable } from './pack-table.ts'
import { type ConfigPackage, type Named, nameOf, PACKAGE_LISTS, type PackageList } from './package-format.ts'
import { lookupsOf } from './package-lookups.ts'
import { refusedPackage } from './read-package.ts'

export interface ImportOptions extends CheckTools {
  readonly maker: CredentialMaker
  readonly dataDir: string
  readonly references: ReferenceValues
  /** Records that are there become as the package says; else they stay. */
  readonly overwrite: boolean
}

type Names = Record<PackageList, string[]>

/** Of the wire. Users are told by their e-mail address. */
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
  const { declared, problems } = declarePackage(wanted, snapshot, options)
  const all = [...problems, ...(problems.length > 0 ? [] : checkConfig(declared, snapshot, options))]
  if (all.length > 0) throw refusedPackage(all)
  return await store.change((writer) => write(writer, given, declared, options))
}

async function write(
  writer: SystemWriter,
  given: ConfigPackage,
  declared: DeclaredPackage,
  { overwrite, maker }: ImportOptions,
): Promise<ImportedPackage> {
  const result = { created: noNames(), updated: noNames(), skipped: noNames() }
  const keys: { app: string; api_key: string }[] = []
  const put = async (list: PackageList, name: string, isThere: boolean, store: () => Promise<unknown>) => {
    const outcome = !isThere ? 'created' : overwrite ? 'updated' : 'skipped'
    result[outcome][list].push(name)
    if (outcome !== 'skipped') await store()
  }
  const own = async (
    column: LookupOwner['column'],
    id: number,
    lookups: readonly LookupInput[] | undefined,
  ) => {
    if (lookups) await writer.upsertLookups(lookups, { column, id })
  }
  skipUndeclared(given, declared, result.skipped)
  for (const lookup of declared.lookups)
    await put('lookups', lookup.name, await writer.hasLookup(lookup.name), () =>
      writer.upsertLookups([lookup]),
    )
  for (const service of declared.services)
    await put('services', service.name, await writer.hasService(service.name), () =>
      writer.upsertService(service),
    )
  await putTables(writer, given, declared)
  for (const { lookups, ...role } of declared.roles)
    await put('roles', role.name, await writer.hasRole(role.name), async () =>
      own('role_id', await writer.upsertRole(role), lookups),
    )
  for (const { lookups, ...app } of declared.apps) {
    const isThere = await writer.hasApp(app.name)
    await put('apps', app.name, isThere, async () => {
      const apiKey = isThere ? undefined : maker.newApiKey()
      if (apiKey !== undefined) keys.push({ app: app.name, api_key: apiKey })
      await own('app_id', await writer.upsertApp({ ...app, apiKey }), lookups)
    })
  }
  for (const { lookups, ...user } of declared.users)
    await put('users', user.email, await writer.hasUser(user.email), async () =>
      own('user_id', await writer.upsertUser(user), lookups),
    )
  for (const tool of declared.tools)
    await put('tools', tool.name, await writer.hasTool(tool.name), () => writer.upsertTool(tool))
  return { success: true, ...result, errors: [], api_keys: keys }
}

/** When all services are there, which relations may lead to. */
async function putTables(
  writer: SystemWriter,
  given: ConfigPackage,
  declared: DeclaredPackage,
): Promise<void> {
  const written = new Set(declared.services.map(({ name }) => name))
  const ids = await writer.serviceIds()
  const idOf = (name: string): number => {
    const id = ids.get(name.toLowerCase())
    if (id === undefined) throw new AppError('bad_request', `There is no service '${name}'.`)
    return id
  }
  for (const { name, tables } of given.services) {
    if (!tables || !written.has(name)) continue
    const kept = Object.entries(tables).map(([table, packed]) => [table, unpackTable(packed, idOf)] as const)
    await writer.replaceExtras(idOf(name), new Map(kept))
  }
}

function noNames(): Names {
  return { services: [], roles: [], apps: [], users: [], tools: [], lookups: [] }
}

function skipUndeclared(given: ConfigPackage, declared: DeclaredPackage, skipped: Names): void {
  for (const list of PACKAGE_LISTS) {
    const names = new Set(declared[list].map(nameOf))
    skipped[list].push(...given[list].map(nameOf).filter((name) => !names.has(name)))
  }
}

function withoutKnown(given: ConfigPackage, snapshot: Snapshot): ConfigPackage {
  const { serviceByName, roleById, apps, userByEmail, tools } = snapshot
  const isNew = (known: Iterable<string>) => {
    const names = new Set([...known].map((name) => name.toLowerCase()))
    return (record: Named) => !names.has(nameOf(record).toLowerCase())
  }
  return {
    ...given,
    services: given.services.filter(isNew(serviceByName.keys())),
    roles: given.roles.filter(isNew([...roleById.values()].map(({ name }) => name))),
    apps: given.apps.filter(isNew(apps.map(({ name }) => name))),
    users: given.users.filter(isNew(userByEmail.keys())),
    tools: given.tools.filter(isNew(tools.map(({ name }) => name))),
    lookups: given.lookups.filter(isNew(lookupsOf(snapshot, {}).map(({ name }) => name))),
  }
}
